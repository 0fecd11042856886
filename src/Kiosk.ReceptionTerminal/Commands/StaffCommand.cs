using System.CommandLine;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Staff;

namespace Kiosk.ReceptionTerminal.Commands;

/// <summary>
/// <c>reception staff</c>: one account for the page, its password read from standard input so that it is in no shell history.
/// </summary>
internal static class StaffCommand
{
    public static Command Make()
    {
        Option<string> config = new("--config") { Description = "JSON configuration with staffFile", Required = true };
        Option<string> add = new("--add")
        {
            Description = "Sign-in name, 1 to 32 characters; recorded with what the person does",
            Required = true,
        };
        Option<string> role = new("--role") { Description = "admin (管理者) or user (一般利用者)", DefaultValueFactory = _ => "user" };
        role.AcceptOnlyFromAmong("admin", "user");
        Option<string> rights = new("--rights")
        {
            Description = "both, reception (受付) or medical (医療情報閲覧)",
            DefaultValueFactory = _ => "both",
        };
        rights.AcceptOnlyFromAmong("both", "reception", "medical");
        Option<bool> totp = new("--totp") { Description = "Second factor: prints the key for an authenticator app, once" };
        Command command = new("staff",
            "Adds or replaces an account of the receptionist's page; password on standard input.") { config, add, role, rights, totp };
        command.SetAction(parsed =>
        {
            ReceptionOptions options = ReceptionConfig.Load(parsed.GetValue(config)!);
            string file = options.StaffFile ?? throw new StartException(parsed.GetValue(config)!, "name a staffFile");
            if (!Console.IsInputRedirected) Console.Write("password: ");
            byte[]? key = parsed.GetValue(totp) ? SecondFactor.NewKey() : null;
            string id = parsed.GetValue(add)!;
            StaffAccounts.Set(file, id, parsed.GetValue(role) == "admin" ? Role.Admin : Role.User, ReadLine(), key,
                mustChange: true, parsed.GetValue(rights) switch
                {
                    "reception" => Rights.Reception,
                    "medical" => Rights.Medical,
                    _ => Rights.All,
                });
            if (key is not null) Console.WriteLine(SecondFactor.KeyUri(id, key));
            Console.WriteLine($"set for {id}, who chooses another password at the first sign-in; a running reception knows it already");
            return 0;
        });
        return command;
    }

    // Not echoed on a console.
    private static string ReadLine()
    {
        if (Console.IsInputRedirected) return Console.ReadLine() ?? "";
        System.Text.StringBuilder line = new();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace) line.Length = Math.Max(0, line.Length - 1);
            else line.Append(key.KeyChar);
        }

        return line.ToString();
    }
}
