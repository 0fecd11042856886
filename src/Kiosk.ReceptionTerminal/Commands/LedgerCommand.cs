using System.CommandLine;
using System.Globalization;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Store;
using Microsoft.Data.Sqlite;
using Command = System.CommandLine.Command;

namespace Kiosk.ReceptionTerminal.Commands;

/// <summary><c>reception ledger</c>: what is stored, one line a reading, to be compared with what kiosks say. Nothing that names a person.</summary>
internal static class LedgerCommand
{
    public static Command Make()
    {
        Option<string> database = new("--database") { Description = "SQLite file", Required = true };
        Command command = new("ledger", "Lists stored readings: day, number, kiosk, key, visit, no, joined to.") { database };
        command.SetAction(parsed =>
        {
            string file = parsed.GetValue(database)!;
            if (!File.Exists(file)) throw new StartException(file, "file not found");
            using SqliteConnection connection = Database.Open(file);
            using SqliteCommand read = connection.Command("SELECT day, number, kiosk, message, no, joined_to FROM arrivals ORDER BY no");
            using SqliteDataReader rows = read.ExecuteReader();
            while (rows.Read())
            {
                // From the message as it came: the key of the columns is what the uniqueness hangs on.
                CheckInRequest m = CheckInRequest.Parser.ParseFrom(rows.GetFieldValue<byte[]>(3));
                Console.WriteLine(string.Join('\t',
                    rows.GetInt64(0).ToString(CultureInfo.InvariantCulture), rows.GetInt64(1).ToString(CultureInfo.InvariantCulture), rows.GetString(2),
                    Hex(m.IdempotencyKey), Hex(m.Evidence.VisitId), rows.GetInt64(4).ToString(CultureInfo.InvariantCulture),
                    rows.IsDBNull(5) ? "-" : rows.GetInt64(5).ToString(CultureInfo.InvariantCulture)));
            }
        });
        return command;
    }

    private static string Hex(Google.Protobuf.ByteString id) => Convert.ToHexStringLower(id.Span);
}
