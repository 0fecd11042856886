using System.Data.Common;
using Kiosk.ReceptionTerminal.Configuration;

namespace Kiosk.ReceptionTerminal.Store;

/// <summary>
/// The reception's database: a SQLite file for one reception PC, PostgreSQL where a hospital has several. Both commit durably before
/// a receipt is sent. The statements are the same for both.
/// </summary>
internal abstract class Database
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS arrivals(
          no {IDENTITY},
          day BIGINT NOT NULL,             -- Japanese calendar day, yyyymmdd
          number BIGINT NOT NULL,          -- running number of the day; a joined reading carries its first reading's
          joined_to BIGINT REFERENCES arrivals(no), -- first reading of the same card within the joining time
          kiosk TEXT NOT NULL,
          key {BYTES} NOT NULL,            -- idempotency key, 16 bytes
          digest {BYTES} NOT NULL,         -- SHA-256 of the message: same key, other digest is refused
          card {BYTES} NOT NULL,           -- HMAC of the card's certificate: joins readings, useless outside this database
          received_at BIGINT NOT NULL,     -- Unix ms, this machine's clock
          chain_checked BIGINT NOT NULL,   -- 1 when the certificate chained to a configured JPKI CA
          message {BYTES} NOT NULL,        -- CheckInRequest as received, with the evidence
          UNIQUE(kiosk, key));
        CREATE INDEX IF NOT EXISTS arrivals_card ON arrivals(card, day);
        CREATE INDEX IF NOT EXISTS arrivals_day ON arrivals(day, number);
        CREATE TABLE IF NOT EXISTS grants(   -- 目視確認 given: by code at the kiosk or on the page
          kiosk TEXT NOT NULL, visit {BYTES} NOT NULL, staff TEXT NOT NULL, at BIGINT NOT NULL,
          PRIMARY KEY(kiosk, visit, staff)) {WITHOUT};
        CREATE TABLE IF NOT EXISTS used_visits(   -- a visit is good for one check-in: its challenge and its 目視確認 are used up
          kiosk TEXT NOT NULL, visit {BYTES} NOT NULL, at BIGINT NOT NULL,
          PRIMARY KEY(kiosk, visit)) {WITHOUT};
        CREATE TABLE IF NOT EXISTS comparisons(   -- is the birth date and sex of the card face that of the centre? Only the result
          no BIGINT PRIMARY KEY REFERENCES arrivals(no), same BIGINT NOT NULL) {WITHOUT};
        CREATE TABLE IF NOT EXISTS taken(   -- who looks after an arrival whose insurance is not good
          no BIGINT PRIMARY KEY REFERENCES arrivals(no), staff TEXT NOT NULL, at BIGINT NOT NULL) {WITHOUT};
        CREATE TABLE IF NOT EXISTS hand_arrivals(   -- entered by staff without a reader; what they entered is not stored
          no BIGINT PRIMARY KEY REFERENCES arrivals(no), kind TEXT NOT NULL) {WITHOUT};
        CREATE TABLE IF NOT EXISTS face_files(name TEXT PRIMARY KEY, day BIGINT NOT NULL) {WITHOUT}; -- written for レセコン
        CREATE TABLE IF NOT EXISTS accesses(   -- who looked at what; a person appears only as the arrival's number
          at BIGINT NOT NULL, day BIGINT NOT NULL, staff TEXT NOT NULL, action TEXT NOT NULL, about TEXT NOT NULL, reason TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS state(name TEXT PRIMARY KEY, value {BYTES} NOT NULL) {WITHOUT};
        """;

    /// <summary>Run first in each writing transaction; empty where there can be only one writer.</summary>
    public abstract string LockSql { get; }

    /// <summary>Run outside any transaction after rows were deleted by the retention limits; empty when not needed.</summary>
    public virtual string AfterDeleteSql => "";

    public static Database FromOptions(ReceptionOptions options) =>
        options.Postgres is { } postgres ? new PostgresDatabase(postgres) : new SqliteDatabase(options.Database);

    /// <summary>Opens a connection and makes missing tables.</summary>
    /// <returns>Disposed by the caller.</returns>
    /// <exception cref="StartException">The database cannot be used, and what to do.</exception>
    public abstract DbConnection Open();

    /// <returns>Null: the error is not one of the database as a whole, or its cause is not known.</returns>
    public abstract StoreCause? CauseOf(Exception e);

    protected static string SchemaFor(string identity, string bytes, string without) =>
        Schema.Replace("{IDENTITY}", identity, StringComparison.Ordinal)
            .Replace("{BYTES}", bytes, StringComparison.Ordinal)
            .Replace("{WITHOUT}", without, StringComparison.Ordinal);
}

/// <summary>Runs statements with parameters.</summary>
internal static class Statements
{
    public static DbCommand Command(this DbConnection connection, string sql, params (string Name, object Value)[] values)
    {
        DbCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant texts of this folder; values from outside are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((string name, object value) in values)
        {
            DbParameter parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <returns>Rows changed.</returns>
    public static int Run(this DbConnection connection, string sql, params (string Name, object Value)[] values)
    {
        using DbCommand command = connection.Command(sql, values);
        return command.ExecuteNonQuery();
    }
}
