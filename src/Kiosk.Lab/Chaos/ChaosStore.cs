namespace Kiosk.Lab.Chaos;

/// <summary>Where a reception of a chaos run keeps what it holds, in the words of its configuration and of its commands.</summary>
/// <param name="Key">"database" (SQLite file) or "postgres".</param>
/// <param name="Where">The file, or Host=…;Username=….</param>
internal sealed record ChaosStore(string Key, string Where)
{
    public static ChaosStore Sqlite(string file) => new("database", file);

    public static ChaosStore Postgres(PostgresServer server) => new("postgres", server.Connection);

    /// <summary>For <c>reception ledger</c> and <c>kiosk-lab chaos without-dedupe</c>.</summary>
    public string[] Arguments => ["--" + Key, Where];
}
