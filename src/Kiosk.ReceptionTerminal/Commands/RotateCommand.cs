using System.CommandLine;
using Kiosk.ReceptionTerminal.Pki;

namespace Kiosk.ReceptionTerminal.Commands;

/// <summary><c>reception rotate</c>: makes the server's next key the present one. A running reception uses it within seconds.</summary>
internal static class RotateCommand
{
    public static Command Make()
    {
        Option<string> dir = new("--dir") { Description = "Folder of ca.pem, ca.key, server.pem and server-next.key", Required = true };
        Option<bool> force = new("--force") { Description = "Also when kiosks do not know the next key yet: they must be paired again" };
        Command command = new("rotate",
            "Changes the server's key without downtime. Refused while a kiosk does not know the next key.") { dir, force };
        command.SetAction(parsed =>
        {
            string pin = new PkiFolder(parsed.GetValue(dir)!).Rotate(TimeProvider.System, parsed.GetValue(force));
            Console.WriteLine($"server.pem and server.key are new; pin: {pin}");
            return 0;
        });
        return command;
    }
}
