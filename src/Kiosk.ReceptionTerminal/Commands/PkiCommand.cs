using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Pki;
using Command = System.CommandLine.Command;

namespace Kiosk.ReceptionTerminal.Commands;

/// <summary><c>reception pki</c>: certificates for a facility; run again with another --kiosk to add one.</summary>
internal static class PkiCommand
{
    public static Command Make()
    {
        Option<string> dir = new("--dir") { Description = "Folder for the files", Required = true };
        Option<string[]> names =
            new("--name") { Description = "Name or IP address of this machine as kiosks call it; may be repeated", Required = true };
        Option<string[]> kiosk = new("--kiosk")
        {
            Description = "Kiosk id, to make its key and certificate here too. "
                + "Better: \"reception pair\", where the key never leaves the kiosk",
        };
        Command command = new("pki",
            "Makes a private CA, the server's and a kiosk's certificate. Existing files are kept.") { dir, names, kiosk };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(kiosk) is not { Length: > 0 } kiosks)
            {
                (PkiFolder folder, X509Certificate2 server) = FacilityPki.WriteReception(parsed.GetValue(dir)!, parsed.GetValue(names)!,
                    TimeProvider.System);
                Console.WriteLine($"{folder.Certificate("ca")}\n{folder.Certificate("server")}\npin: {LinkTrust.Pin(server)}");
                Console.WriteLine($"Now: reception pair --dir {parsed.GetValue(dir)} --name {parsed.GetValue(names)![0]} --kiosk ID");
                server.Dispose();
                return 0;
            }

            foreach (string id in kiosks)
            {
                PkiFiles files = FacilityPki.Write(parsed.GetValue(dir)!, parsed.GetValue(names)!, id, TimeProvider.System);
                Console.WriteLine($"""
                    reception: {files.Ca}
                               {files.ServerCertificate}
                               {files.ServerKey}
                    kiosk:     {files.Ca}
                               {files.KioskCertificate}
                               {files.KioskKey}
                    pin:       {files.ServerPin}
                    """);
            }

            Console.WriteLine($"Keep ca.key off this machine: who has it can make kiosks. Valid {FacilityPki.LeafDays} days.");
            return 0;
        });
        return command;
    }
}
