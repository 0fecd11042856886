namespace Kiosk.Lab.Chaos;

/// <summary>The database of a reception in a chaos run, as written in its configuration and its commands.</summary>
/// <param name="Key">"database" (SQLite file) or "postgres".</param>
/// <param name="Where">Path of the file, or Host=…;Username=….</param>
internal sealed record ChaosStore(string Key, string Where)
{
    public static ChaosStore Sqlite(string file) => new("database", file);

    public static ChaosStore Postgres(PostgresServer server) => new("postgres", server.Connection);

    /// <summary>Arguments for <c>reception ledger</c> and <c>kiosk-lab chaos without-dedupe</c>.</summary>
    public string[] Arguments => ["--" + Key, Where];
}
