using Kiosk.App.Commands;
using Kiosk.Contract;
using Kiosk.Devices.FaceEngine;

NativeHeap.Limit();
ConsoleText.Prepare();

// The service manager stops the kiosk. 3 s are enough to power the card off and to close the link.
return await new ProgramRunner("kiosk", TimeSpan.FromSeconds(3)).RunAsync(KioskCommands.Root(), args);
