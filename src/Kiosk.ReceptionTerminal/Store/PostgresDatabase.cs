using System.Data.Common;
using Kiosk.ReceptionTerminal.Configuration;
using Npgsql;

namespace Kiosk.ReceptionTerminal.Store;

/// <summary>
/// PostgreSQL. Several receptions write to it: a lock in each transaction keeps the numbers of the day without gap or repeat. A server
/// on another machine must prove with its certificate that it is the named one: its rows are patients' check-ins.
/// </summary>
/// <param name="connection">As Npgsql takes it: Host=…;Database=…;Username=….</param>
internal sealed class PostgresDatabase(string connection) : Database
{
    // Any number that nothing else in this database locks.
    public override string LockSql => "SELECT pg_advisory_xact_lock(86015)";

    /// <summary>The connection string as it is used.</summary>
    /// <exception cref="StartException">It cannot be read, or would accept any server.</exception>
    public static NpgsqlConnectionStringBuilder Checked(string connection)
    {
        NpgsqlConnectionStringBuilder asked = Read(connection);
        // A store keeps its two connections open all the time: a pool would hide a broken one.
        (asked.Pooling, asked.Timeout, asked.CommandTimeout) = (false, 5, 5);
        if (IsLocal(asked.Host ?? "")) return asked;
        if (Given(connection, "SslMode") && asked.SslMode != SslMode.VerifyFull)
            throw Weak($"SSL Mode={asked.SslMode} does not prove that the server is {asked.Host}");
        // Not used by Npgsql any more; who writes it expects a connection without proof.
        if (Given(connection, "TrustServerCertificate")) throw Weak("Trust Server Certificate accepts every server");
        asked.SslMode = SslMode.VerifyFull;
        // GSS encryption would take the place of TLS, and its certificate check with it.
        asked.GssEncryptionMode = GssEncryptionMode.Disable;
        return asked;
    }

    public override DbConnection Open()
    {
        try
        {
            NpgsqlConnection open = new(Checked(connection).ConnectionString);
            open.Open();
            // A site may have turned it off for speed: then a receipt could be sent for a check-in that a power cut loses.
            open.Run("SET synchronous_commit=on");
            open.Run("SELECT pg_advisory_lock(86016)");
            open.Run(SchemaFor("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BYTEA", ""));
            open.Run("SELECT pg_advisory_unlock(86016)");
            return open;
        }
        catch (Exception e) when (e is DbException or ArgumentException or TimeoutException)
        {
            throw new StartException("postgres",
                $"the database cannot be reached or written; check host, user, password, rights and the server's certificate ({e.Message})",
                e);
        }
    }

    /// <summary>By SQLSTATE (PostgreSQL documentation, appendix A).</summary>
    public override StoreCause? CauseOf(Exception e) => e switch
    {
        StartException { InnerException: { } inner } => CauseOf(inner),
        // lock_not_available, query_canceled (a time limit), serialization_failure, deadlock_detected
        PostgresException { SqlState: "55P03" or "57014" or "40001" or "40P01" } => StoreCause.Locked,
        PostgresException { SqlState: "53100" } => StoreCause.Full,
        // read_only_sql_transaction, insufficient_privilege
        PostgresException { SqlState: "25006" or "42501" } => StoreCause.NotWritable,
        // class 08: connection exception; class 57P: shutdown or start of the server
        PostgresException { SqlState: ['0', '8', ..] or ['5', '7', 'P', ..] } => StoreCause.Unreachable,
        PostgresException => null,
        // Npgsql's own time limit: another session holds the lock of the numbers.
        NpgsqlException { InnerException: TimeoutException } => StoreCause.Locked,
        NpgsqlException => StoreCause.Unreachable,
        _ => null,
    };

    private static NpgsqlConnectionStringBuilder Read(string connection)
    {
        try
        {
            return new(connection);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException or InvalidCastException)
        {
            throw new StartException("postgres",
                $"is no connection string of Npgsql; write Host=…;Database=…;Username=… ({e.Message.ReplaceLineEndings(" ")})", e);
        }
    }

    private static StartException Weak(string why) => new(
        "postgres", why + "; remove it (SSL Mode=VerifyFull is then used) and name the CA of the server with Root Certificate=FILE");

    /// <summary>Is the keyword written, under any of its names?</summary>
    private static bool Given(string connection, string keyword)
    {
        DbConnectionStringBuilder written = new() { ConnectionString = connection };
        return written.Keys.Cast<string>().Any(k =>
            string.Equals(k.Replace(" ", "", StringComparison.Ordinal), keyword, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Every host of the list is this machine: a Unix socket or a loopback address.</summary>
    internal static bool IsLocal(string hosts)
    {
        string[] all = hosts.Split(',', StringSplitOptions.TrimEntries);
        return all.All(h => h.StartsWith('/') || h.StartsWith('@') || IsLoopback(h));
    }

    private static bool IsLoopback(string host)
    {
        if (System.Net.IPAddress.TryParse(host, out System.Net.IPAddress? address)) return System.Net.IPAddress.IsLoopback(address);
        // The list may give each host a port of its own.
        int port = host.LastIndexOf(':');
        string name = port > 0 ? host[..port] : host;
        return string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase)
            || (System.Net.IPAddress.TryParse(name, out address) && System.Net.IPAddress.IsLoopback(address));
    }
}
