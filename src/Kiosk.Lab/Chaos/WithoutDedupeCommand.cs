using System.CommandLine;
using System.Data.Common;
using Kiosk.ReceptionTerminal;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.Lab.Chaos;

/// <summary>
/// The control of the chaos runs: makes a database in which no check-in is ever found again, so that every repeat becomes a
/// second arrival. A run that does not show duplicates with it proves nothing.
/// </summary>
internal static class WithoutDedupeCommand
{
    public static Command Make()
    {
        Option<string?> database = new("--database") { Description = "SQLite file to make" };
        Option<string?> postgres = new("--postgres") { Description = "or PostgreSQL: Host=…;Database=…;Username=…" };
        Command command = new("without-dedupe", "control of the chaos runs: a database that forgets each key") { database, postgres };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(postgres) is { } server)
            {
                using DbConnection there = new PostgresDatabase(server).Open();
                there.Run("CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.key := decode(md5(random()::text), ''hex''); RETURN NEW; END'");
                there.Run("CREATE TRIGGER forget BEFORE INSERT ON arrivals FOR EACH ROW EXECUTE FUNCTION forget()");
                return;
            }

            using DbConnection connection = new SqliteDatabase(parsed.GetValue(database) ?? throw new StartException("--database", "or --postgres must be given")).Open();
            connection.Run("CREATE TRIGGER forget AFTER INSERT ON arrivals BEGIN UPDATE arrivals SET key=randomblob(16) WHERE no=NEW.no; END");
        });
        return command;
    }
}
