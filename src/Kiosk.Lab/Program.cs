using Kiosk.App.Commands;
using Kiosk.Contract;
using Kiosk.Devices.FaceEngine;
using Kiosk.Lab.Commands;
using Kiosk.Lab.Desk;
using Kiosk.ReceptionTerminal.Configuration;

NativeHeap.Limit();

BackgroundSignals.HearInterrupt();
// The desk has child processes to end, on a machine that may be busy.
return await new ProgramRunner("kiosk-lab", TimeSpan.FromSeconds(20))
{
    ShowsMessages = true,
    Known = fault =>
    {
        if (fault is not StartException) return null;
        Console.Error.WriteLine("reception: " + CommandFault.OneLine(fault.Message));
        return CommandFault.Usage;
    },
}.RunAsync(LabRoot.Make(), args);
