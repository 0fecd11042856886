using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Store;
using Command = System.CommandLine.Command;

namespace Kiosk.ReceptionTerminal.Commands;

/// <summary>
/// <c>reception ledger</c>: lists what is stored, one line for each reading, to compare it with what kiosks reported. Nothing that
/// names a person.
/// </summary>
internal static class LedgerCommand
{
    public static Command Make()
    {
        Option<string?> database = new("--database") { Description = "SQLite file" };
        Option<string?> postgres = new("--postgres") { Description = "or PostgreSQL: Host=…;Database=…;Username=…" };
        Command command = new("ledger", "Lists stored readings: day, number, kiosk, key, visit, no, joined to.") { database, postgres };
        command.SetAction(parsed =>
        {
            Database from = parsed.GetValue(postgres) is { } p ? new PostgresDatabase(p)
                : parsed.GetValue(database) is { } file && File.Exists(file) ? new SqliteDatabase(file)
                : throw new StartException("--database", "must name an existing file, or give --postgres");
            using DbConnection connection = from.Open();
            using DbCommand read = connection.Command("SELECT day, number, kiosk, message, no, joined_to FROM arrivals ORDER BY no");
            using DbDataReader rows = read.ExecuteReader();
            while (rows.Read())
            {
                // The key from the stored message, not from its column: the chaos runs change the column to test that duplicates are found.
                CheckInRequest m = CheckInRequest.Parser.ParseFrom(rows.GetFieldValue<byte[]>(3));
                Console.WriteLine(string.Join('\t',
                    rows.GetInt64(0).ToString(CultureInfo.InvariantCulture), rows.GetInt64(1).ToString(CultureInfo.InvariantCulture),
                    rows.GetString(2),
                    Hex(m.IdempotencyKey), Hex(m.Evidence.VisitId), rows.GetInt64(4).ToString(CultureInfo.InvariantCulture),
                    rows.IsDBNull(5) ? "-" : rows.GetInt64(5).ToString(CultureInfo.InvariantCulture)));
            }
        });
        return command;
    }

    private static string Hex(Google.Protobuf.ByteString id) => Convert.ToHexStringLower(id.Span);
}
