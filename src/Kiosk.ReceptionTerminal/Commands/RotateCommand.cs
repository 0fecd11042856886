using System.CommandLine;
using Kiosk.ReceptionTerminal.Pki;

namespace Kiosk.ReceptionTerminal.Commands;

/// <summary><c>reception rotate</c>: the server's next key becomes the present one; a running reception takes it within seconds.</summary>
internal static class RotateCommand
{
    public static Command Make()
    {
        Option<string> dir = new("--dir") { Description = "Folder of ca.pem, ca.key, server.pem and server-next.key", Required = true };
        Command command = new("rotate", "Changes the server's key without downtime. Not again before every kiosk was connected once since.") { dir };
        command.SetAction(parsed =>
        {
            Console.WriteLine($"server.pem and server.key are new; pin: {new PkiFolder(parsed.GetValue(dir)!).Rotate(TimeProvider.System)}");
            return 0;
        });
        return command;
    }
}
