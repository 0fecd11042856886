using System.CommandLine;
using Kiosk.App.Commands;
using Kiosk.Lab.Chaos;
using Kiosk.Lab.Desk;
using Kiosk.Lab.Voices;

namespace Kiosk.Lab.Commands;

/// <summary>All commands of the program <c>kiosk-lab</c>: for developers and testers without hardware. It never ships.</summary>
internal static class LabRoot
{
    public static RootCommand Make()
    {
        TechnicianCommands desk = new(async (work, stop) =>
        {
            await using SimulatedDesk simulated = await SimulatedDesk.StartAsync(new SimulatedDeskOptions(), ProgressOutput.Print, stop);
            return await work(simulated.SelfTestParts);
        });
        return new("kiosk-lab: the kiosk at a simulated desk, its benches, and the build of the face models")
        {
            LabCommands.Simulate(),
            LabCommands.Visit(),
            LabCommands.Bench(),
            desk.SelfTest(),
            desk.Commission(),
            CardCommand.Make(),
            ChaosCommand.Make(),
            ModelBuildCommands.Make(),
            ReceptionCommand.Make(),
            ClipCommands.Make(),
            ConfinedCommand.Make(),
            CompatCommand.Make(),
        };
    }
}
