using System.CommandLine;
using Kiosk.ReceptionTerminal.Hosting;
using Kiosk.Simulators.Centre;
using Kiosk.Simulators.Institution;

namespace Kiosk.Lab.Commands;

/// <summary>
/// `kiosk-lab reception run`: the product's reception with the simulated centre and, if requested, the simulated institution.
/// </summary>
internal static class ReceptionCommand
{
    public static Command Make()
    {
        Option<string[]> answers = new("--answers")
        {
            Description = "what the simulated centre answers, in turn: " + string.Join(", ", SimulatedCentre.Known),
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        answers.AcceptOnlyFromAmong([.. SimulatedCentre.Known]);
        Option<string?> institution = new("--institution")
        {
            Description = "folder with the files of the simulated institution (特定機関認証); without it there is no institution",
        };
        Option<string?> order = new("--centre-file")
        {
            Description = "file with what the simulated centre answers now, and after how many milliseconds; read at each question",
        };
        Command run = ReceptionTerminal.Commands.RunCommand.Make(parsed => new ReceptionParts(
            new SimulatedCentre(parsed.GetValue(answers)!,
                parsed.GetValue(order) is { } file ? () => CentreOrder.ReadFrom(file) : null),
            parsed.GetValue(institution) is { } folder ? SimulatedInstitution.Load(folder) : null));
        run.Add(answers);
        run.Add(institution);
        run.Add(order);
        return new Command("reception", "the reception terminal with the simulated national centre") { run };
    }
}
