using System.CommandLine;
using System.Data.Common;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.Lab.Chaos;

/// <summary>
/// `kiosk-lab chaos without-dedupe`: makes the database of a control run. No check-in and no used visit is ever found again in it, so every
/// repeat becomes a second arrival. If the control run shows no duplicates, the chaos run proves nothing.
/// </summary>
internal static class WithoutDedupeCommand
{
    public static Command Make()
    {
        Option<string?> database = new("--database") { Description = "SQLite file to create" };
        Option<string?> postgres = new("--postgres") { Description = "or PostgreSQL: Host=…;Database=…;Username=…" };
        Command command = new("without-dedupe", "creates a database that forgets each key, for the control run") { database, postgres };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(postgres) is { } server)
            {
                using DbConnection there = new PostgresDatabase(server).Open();
                there.Run("CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql "
                    + "AS 'BEGIN NEW.key := decode(md5(random()::text), ''hex''); DELETE FROM used_visits WHERE kiosk = NEW.kiosk; "
                    + "RETURN NEW; END'");
                there.Run("CREATE TRIGGER forget BEFORE INSERT ON arrivals FOR EACH ROW EXECUTE FUNCTION forget()");
                return;
            }

            using DbConnection connection = new SqliteDatabase(parsed.GetValue(database)
                ?? throw new StartException("--database", "or --postgres must be given")).Open();
            connection.Run("CREATE TRIGGER forget AFTER INSERT ON arrivals "
                + "BEGIN UPDATE arrivals SET key=randomblob(16) WHERE no=NEW.no; "
                + "DELETE FROM used_visits WHERE kiosk=NEW.kiosk; END");
        });
        return command;
    }
}
