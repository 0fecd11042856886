using System.CommandLine;
using System.Security.Cryptography;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Staff;

namespace Kiosk.ReceptionTerminal.Commands;

/// <summary><c>reception staff-code</c>: sets one person's 目視 code, read from standard input so that it is in no shell history.</summary>
internal static class StaffCodeCommand
{
    public static Command Make()
    {
        Option<string> config = new("--config") { Description = "JSON configuration with staffCodeFile", Required = true };
        Option<string> set = new("--set") { Description = "Whose code: 1 to 32 characters, recorded with each 目視確認", Required = true };
        Command command = new("staff-code", "Sets a 6-digit code, read from standard input.") { config, set };
        command.SetAction(parsed =>
        {
            ReceptionOptions options = ReceptionConfig.Load(parsed.GetValue(config)!);
            string file = options.StaffCodeFile ?? throw new StartException(parsed.GetValue(config)!, "name a staffCodeFile");
            string staff = parsed.GetValue(set)!;
            if (staff.Length is < 1 or > 32) throw new StartException("--set", "must have 1 to 32 characters");
            byte[] code = ReadCode();
            StaffCodes.Set(file, staff, code);
            CryptographicOperations.ZeroMemory(code);
            Console.WriteLine($"set for {staff}; restart the reception");
            return 0;
        });
        return command;
    }

    private static byte[] ReadCode()
    {
        if (!Console.IsInputRedirected) Console.Write("6 digits: ");
        byte[] code = new byte[StaffCodes.Digits];
        int count = 0;
        while (NextChar() is var c && c is not ('\n' or '\r' or '\0'))
        {
            if (!char.IsAsciiDigit(c) || count == code.Length) throw new StartException("code", "must be 6 digits");
            code[count++] = (byte)c;
        }

        return count == code.Length ? code : throw new StartException("code", "must be 6 digits");
    }

    // Not echoed on a console.
    private static char NextChar() =>
        Console.IsInputRedirected ? (char)Math.Max(0, Console.Read()) : Console.ReadKey(intercept: true).KeyChar;
}
