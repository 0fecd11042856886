using System.Data;
using System.Data.Common;
using System.Security.Cryptography;
using Kiosk.Core.Values;

namespace Kiosk.ReceptionTerminal.Store;

/// <summary>What the reception stores. Writes go through <see cref="GroupCommitWriter"/>; reads have a connection of their own.</summary>
internal sealed class ReceptionStore : IAsyncDisposable
{
    /// <summary>Days an access log line is kept.</summary>
    public const int AccessDays = 400;

    /// <summary>
    /// Longer than any facility is closed. A clock that is further ahead than that is wrong, and would delete everything at once.
    /// </summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromDays(60);

    /// <summary>So long a 目視確認 can be used. As long as the challenge of a visit.</summary>
    public static readonly TimeSpan GrantLife = TimeSpan.FromMinutes(10);

    /// <summary>What follows a check-in comes within seconds of it: a few visits are enough, and reading them takes 1 ms.</summary>
    private const int NewestVisits = 20;

    private readonly GroupCommitWriter _writer;
    private readonly Database _database;
    private DbConnection _read;
    private readonly Lock _reading = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _join;
    private readonly byte[] _cardKey;

    /// <param name="trouble">Called when writing fails or works again, with the cause; null: nobody is told.</param>
    public ReceptionStore(Database database, TimeSpan join, TimeProvider time, Action<StoreCause?>? trouble = null)
    {
        (_database, _time, _join) = (database, time, join);
        DbConnection first = database.Open();
        _read = database.Open();
        _writer = new(database, first, trouble ?? (_ => { }));
        _cardKey = SecretOf("card-key");
        NoteUsedVisits();
    }

    /// <summary>Open again when the database server was restarted. Used under <see cref="_reading"/>.</summary>
    private DbConnection Reader
    {
        get
        {
            if (_read.State == ConnectionState.Open) return _read;
            _read.Dispose();
            return _read = _database.Open();
        }
    }

    /// <summary>Why a call of this store threw; null where the exception does not tell.</summary>
    public StoreCause? CauseOf(Exception e) => _database.CauseOf(e);

    /// <summary>Why nothing can be written at this moment; null: writing works, or the cause is not known.</summary>
    public StoreCause? Trouble => _writer.Trouble;

    /// <summary>32 random bytes, made once and kept under this name.</summary>
    public byte[] SecretOf(string name) => _writer.RunAsync(c =>
    {
        c.Run("INSERT INTO state VALUES(@n,@v) ON CONFLICT DO NOTHING", ("@n", name), ("@v", RandomNumberGenerator.GetBytes(32)));
        using DbCommand read = c.Command("SELECT value FROM state WHERE name=@n", ("@n", name));
        return (byte[])read.ExecuteScalar()!;
    }).GetAwaiter().GetResult();

    /// <summary>A switch on the page: maintenance of a kiosk, the disaster notice.</summary>
    public Task SetFlagAsync(string name, bool on) => SetBlobAsync(name, [on ? (byte)1 : (byte)0]);

    public bool Flag(string name) => Blob(name) is [1];

    public Task SetBlobAsync(string name, byte[] value) => _writer.RunAsync(c =>
    {
        c.Run("INSERT INTO state VALUES(@n,@v) ON CONFLICT(name) DO UPDATE SET value=@v", ("@n", name), ("@v", value));
        return true;
    });

    public byte[]? Blob(string name)
    {
        lock (_reading)
        {
            using DbCommand read = Reader.Command("SELECT value FROM state WHERE name=@n", ("@n", name));
            return read.ExecuteScalar() as byte[];
        }
    }

    /// <summary>Committed before the kiosk hears of it: a grant survives a restart. Granted again, its time begins again.</summary>
    public Task GrantAsync(string kiosk, Guid visit, string staff) => _writer.RunAsync(c =>
    {
        c.Run(
            "INSERT INTO grants VALUES(@k,@v,@s,@t) ON CONFLICT(kiosk,visit,staff) DO UPDATE SET at=@t",
            ("@k", kiosk), ("@v", visit.ToByteArray(true)), ("@s", staff), ("@t", NowMs()));
        return true;
    });

    /// <returns>True: this grant can still be used by a check-in.</returns>
    public bool IsGranted(string kiosk, Guid visit, string staff)
    {
        lock (_reading)
        {
            using DbCommand read = Reader.Command("SELECT at FROM grants WHERE kiosk=@k AND visit=@v AND staff=@s",
                ("@k", kiosk), ("@v", visit.ToByteArray(true)), ("@s", staff));
            return read.ExecuteScalar() is long at && at >= NowMs() - (long)GrantLife.TotalMilliseconds;
        }
    }

    /// <summary>A named person looks after an arrival whose insurance is not good. The first stays.</summary>
    /// <returns>False: there is no such arrival.</returns>
    public Task<bool> TakeAsync(long no, string staff) => _writer.RunAsync(c =>
    {
        c.Run("INSERT INTO taken SELECT no, @s, @t FROM arrivals WHERE no=@n ON CONFLICT DO NOTHING",
            ("@n", no), ("@s", staff), ("@t", NowMs()));
        using DbCommand read = c.Command("SELECT COUNT(*) FROM taken WHERE no=@n", ("@n", no));
        return Convert.ToInt64(read.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture) > 0;
    });

    /// <param name="digest">SHA-256 of the message; null to look for the key only.</param>
    public Stored? Find(string kiosk, byte[] key, byte[]? digest)
    {
        lock (_reading) return Find(Reader, kiosk, key, digest);
    }

    /// <summary>
    /// Ends after COMMIT. A repeat of a stored check-in gives what was stored. Any other check-in uses up its visit and its grant, in the
    /// same transaction: nothing can be stored twice with one signature.
    /// </summary>
    public Task<Stored> AddAsync(NewArrival a) =>
        _writer.RunAsync(c => Find(c, a.Kiosk, a.Key, a.Digest) ?? UseUp(c, a) ?? Insert(c, a));

    /// <summary>An arrival that staff enter by hand: number, time, staff and kind. Nothing of the patient is stored.</summary>
    /// <param name="key">The same for a repeat, which is stored once.</param>
    /// <returns>Its row, after COMMIT.</returns>
    public async Task<ArrivalRow> AddByHandAsync(Guid key, string staff, string kind)
    {
        byte[] id = key.ToByteArray(bigEndian: true);
        Contract.CheckInRequest message = new()
        {
            IdempotencyKey = Google.Protobuf.ByteString.CopyFrom(id),
            StaffId = staff,
            Consents = new(),
            Evidence = new() { VisitId = Google.Protobuf.ByteString.CopyFrom(id) },
        };
        byte[] bytes = Google.Protobuf.MessageExtensions.ToByteArray(message);
        await _writer.RunAsync(c =>
        {
            if (Find(c, "", id, null) is not null) return false;
            // Each its own card: entries by hand are never joined.
            Insert(c, new("", key, staff, id, SHA256.HashData(bytes), id, ChainChecked: true, bytes));
            return c.Run("INSERT INTO hand_arrivals SELECT no, @h FROM arrivals WHERE kiosk='' AND key=@i", ("@h", kind), ("@i", id)) == 1;
        });
        return Arrivals("WHERE a.kiosk='' AND a.key=@i", ("@i", id)).Single();
    }

    /// <summary>Notes whether the card face is that of the person whom the centre names. The first result stays.</summary>
    public Task NoteComparisonAsync(long no, bool same) => _writer.RunAsync(c =>
        c.Run("INSERT INTO comparisons SELECT no, @s FROM arrivals WHERE no=@n ON CONFLICT DO NOTHING", ("@n", no), ("@s", same ? 1 : 0)));

    /// <summary>
    /// Whether records may be shown now, by the newest reading of the same card, at whichever kiosk: a later "no" closes what an earlier
    /// "yes" opened.
    /// </summary>
    /// <param name="no">Any reading of the card.</param>
    /// <param name="kind">閲覧同意種別.</param>
    /// <returns>The newest reading; null only with NoArrival.</returns>
    public (RecordAccess Access, ArrivalRow? Newest) RecordsOf(long no, string kind)
    {
        if (Arrivals("WHERE a.card=(SELECT card FROM arrivals WHERE no=@n) ORDER BY a.no DESC LIMIT 1", ("@n", no)) is not [var newest])
            return (RecordAccess.NoArrival, null);
        return (newest switch
        {
            _ when !newest.CheckIn.Consents.Items.Any(c => c.Code == kind && c.Given) => RecordAccess.NoConsent,
            { IsProven: false } => RecordAccess.NotProven,
            _ when NowMs() >= newest.CheckIn.Consents.ValidUntilUnixMs => RecordAccess.Ended,
            _ => RecordAccess.Open,
        }, newest);
    }

    /// <summary>
    /// Notes, once, what was done for an arrival: its face result or notice is on the disk (the name of the file), or its number was
    /// called.
    /// </summary>
    /// <returns>False: another reception on the same database was first.</returns>
    public Task<bool> NoteAsync(long no, string name) => _writer.RunAsync(c =>
        c.Run("INSERT INTO face_files SELECT @n, day FROM arrivals WHERE no=@o ON CONFLICT DO NOTHING", ("@n", name), ("@o", no)) == 1);

    public bool IsNoted(string name)
    {
        lock (_reading)
        {
            using DbCommand read = Reader.Command("SELECT 1 FROM face_files WHERE name=@n", ("@n", name));
            return read.ExecuteScalar() is not null;
        }
    }

    /// <summary>Notes of today and yesterday whose name begins so.</summary>
    public IReadOnlyList<string> Notes(string prefix)
    {
        lock (_reading)
        {
            using DbCommand read = Reader.Command("SELECT name FROM face_files WHERE day>=@d AND substr(name,1,@l)=@p",
                ("@d", Day(_time.GetUtcNow().AddDays(-1))), ("@l", prefix.Length), ("@p", prefix));
            using DbDataReader rows = read.ExecuteReader();
            List<string> names = [];
            while (rows.Read()) names.Add(rows.GetString(0));
            return names;
        }
    }

    /// <summary>Writes to the アクセスログ. Ends after COMMIT, so that nothing is shown that is not logged.</summary>
    /// <param name="about">The arrival's number and day, a patient's digest or a setting; never a patient's name.</param>
    public Task LogAccessAsync(string staff, string action, string about, string reason = "") => _writer.RunAsync(c =>
    {
        DateTimeOffset now = _time.GetUtcNow();
        c.Run(
            "INSERT INTO accesses VALUES(@t,@d,@s,@a,@b,@r)",
            ("@t", now.ToUnixTimeMilliseconds()), ("@d", Day(now)), ("@s", staff), ("@a", action), ("@b", about), ("@r", reason));
        return true;
    });

    /// <summary>Newest first.</summary>
    public IReadOnlyList<AccessRow> Accesses(int limit) => Accesses("ORDER BY at DESC LIMIT @l", ("@l", limit));

    /// <summary>What was done in disaster mode on days before today, and the reviews of such days; oldest first.</summary>
    public IReadOnlyList<AccessRow> DisasterAccesses() => Accesses(
        "WHERE action LIKE 'disaster %' AND (day<@d OR action='disaster reviewed') ORDER BY at", ("@d", Day(_time.GetUtcNow())));

    /// <summary>Look-ups in an emergency and their reviews; oldest first.</summary>
    public IReadOnlyList<AccessRow> EmergencyAccesses() => Accesses("WHERE action LIKE 'emergency %' ORDER BY at");

    private List<AccessRow> Accesses(string where, params (string Name, object Value)[] values)
    {
        lock (_reading)
        {
            using DbCommand read = Reader.Command("SELECT at, staff, action, about, reason FROM accesses " + where, values);
            using DbDataReader rows = read.ExecuteReader();
            List<AccessRow> all = [];
            while (rows.Read()) all.Add(new(DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(0)), rows.GetString(1), rows.GetString(2),
                rows.GetString(3), rows.GetString(4)));
            return all;
        }
    }

    /// <summary>Of today, newest first.</summary>
    public IReadOnlyList<ArrivalRow> Latest(int limit) =>
        Arrivals("WHERE a.day=@d ORDER BY a.no DESC LIMIT @l", ("@d", Day(_time.GetUtcNow())), ("@l", limit));

    /// <summary>Of today and yesterday, oldest first: an arrival just before midnight may still have no answer of the centre.</summary>
    public IReadOnlyList<ArrivalRow> Recent() => Arrivals("WHERE a.day>=@d ORDER BY a.no", ("@d", Day(_time.GetUtcNow().AddDays(-1))));

    /// <returns>True: a check-in of this visit is among the newest of this kiosk.</returns>
    public bool HasVisit(string kiosk, Guid visit) =>
        Arrivals("WHERE a.kiosk=@k ORDER BY a.no DESC LIMIT @l", ("@k", kiosk), ("@l", NewestVisits)).Any(r => r.Visit == visit);

    /// <returns>Null: not stored, or deleted by the retention limit.</returns>
    public ArrivalRow? Arrival(long no) => Arrivals("WHERE a.no=@n", ("@n", no)) is [var row] ? row : null;

    private List<ArrivalRow> Arrivals(string where, params (string Name, object Value)[] values)
    {
        lock (_reading)
        {
            using DbCommand read = Reader.Command(
                "SELECT a.no, a.number, a.joined_to, a.kiosk, a.received_at, a.chain_checked, a.message, a.card, c.same, h.kind, t.staff "
                    + "FROM arrivals a LEFT JOIN comparisons c ON c.no=a.no LEFT JOIN hand_arrivals h ON h.no=a.no "
                    + "LEFT JOIN taken t ON t.no=a.no " + where, values);
            using DbDataReader rows = read.ExecuteReader();
            List<ArrivalRow> all = [];
            while (rows.Read())
            {
                all.Add(new(
                    rows.GetInt64(0), rows.GetInt64(1), rows.IsDBNull(2) ? null : rows.GetInt64(2), rows.GetString(3),
                    DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(4)), rows.GetInt64(5) != 0, rows.GetFieldValue<byte[]>(6),
                    Convert.ToHexString(rows.GetFieldValue<byte[]>(7)), rows.IsDBNull(8) ? null : rows.GetInt64(8) != 0,
                    rows.IsDBNull(9) ? "" : rows.GetString(9))
                {
                    TakenBy = rows.IsDBNull(10) ? "" : rows.GetString(10),
                });
            }

            return all;
        }
    }

    /// <summary>Deletes what is older than <paramref name="days"/> days; secure_delete overwrites it, in the log of writes too.</summary>
    /// <returns>
    /// False: nothing was deleted, because the clock is more than <see cref="LongestPause"/> after the last arrival. The next check-in
    /// shows that the clock is right: it is refused when the clocks of kiosk and reception differ.
    /// </returns>
    public async Task<bool> PurgeAsync(int days)
    {
        if (!await DeleteAsync(days)) return false;
        if (_database.AfterDeleteSql.Length == 0) return true;
        await using DbConnection fresh = _database.Open();
        fresh.Run(_database.AfterDeleteSql);
        return true;
    }

    private Task<bool> DeleteAsync(int days) => _writer.RunAsync(c =>
    {
        using DbCommand last = c.Command("SELECT MAX(received_at) FROM arrivals");
        if (last.ExecuteScalar() is long newest && _time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(newest) > LongestPause)
            return false;
        DateTimeOffset oldest = _time.GetUtcNow().AddDays(-days);
        c.Run("DELETE FROM taken WHERE no IN (SELECT no FROM arrivals WHERE day<@d)", ("@d", Day(oldest)));
        c.Run("DELETE FROM hand_arrivals WHERE no IN (SELECT no FROM arrivals WHERE day<@d)", ("@d", Day(oldest)));
        c.Run("DELETE FROM comparisons WHERE no IN (SELECT no FROM arrivals WHERE day<@d)", ("@d", Day(oldest)));
        // A joined reading is of the same day as its first one, so no reference breaks.
        c.Run("DELETE FROM arrivals WHERE day<@d", ("@d", Day(oldest)));
        c.Run("DELETE FROM grants WHERE at<@t", ("@t", oldest.ToUnixTimeMilliseconds()));
        c.Run("DELETE FROM used_visits WHERE at<@t", ("@t", oldest.ToUnixTimeMilliseconds()));
        c.Run("DELETE FROM face_files WHERE day<@d", ("@d", Day(oldest)));
        // The access log is kept longer than the arrivals it names.
        c.Run("DELETE FROM accesses WHERE day<@d", ("@d", Day(_time.GetUtcNow().AddDays(-AccessDays))));
        return true;
    });

    public async ValueTask DisposeAsync()
    {
        await _read.DisposeAsync();
        await _writer.DisposeAsync();
    }

    private static int Day(DateTimeOffset t) => JapanTime.DateOf(t) is var d ? d.Year * 10000 + d.Month * 100 + d.Day : 0;

    private static Stored? Find(DbConnection c, string kiosk, byte[] key, byte[]? digest)
    {
        using DbCommand read = c.Command(
            "SELECT number, digest, joined_to FROM arrivals WHERE kiosk=@k AND key=@i", ("@k", kiosk), ("@i", key));
        using DbDataReader row = read.ExecuteReader();
        if (!row.Read()) return null;
        bool same = digest is null || row.GetFieldValue<byte[]>(1).AsSpan().SequenceEqual(digest);
        return new(row.GetInt64(0), Known: true, same, Joined: !row.IsDBNull(2));
    }

    /// <returns>Null: the visit and the grant were good, and are used up when this transaction is committed.</returns>
    private Stored? UseUp(DbConnection c, NewArrival a)
    {
        (string, object)[] visit = [("@k", a.Kiosk), ("@v", a.Visit.ToByteArray(true))];
        if (a.Staff.Length > 0 && c.Run("DELETE FROM grants WHERE kiosk=@k AND visit=@v AND staff=@s AND at>=@t",
            [.. visit, ("@s", a.Staff), ("@t", NowMs() - (long)GrantLife.TotalMilliseconds)]) == 0)
            return new(0, Known: false, SameContent: true, Joined: false,
                "no 目視確認 is granted to this staff id for this visit, or not in the last ten minutes");
        return c.Run("INSERT INTO used_visits VALUES(@k,@v,@t) ON CONFLICT DO NOTHING", [.. visit, ("@t", NowMs())]) == 1
            ? null
            : new(0, Known: false, SameContent: true, Joined: false, "this visit has been checked in already; read the card again");
    }

    /// <summary>
    /// Check-ins of a program before used_visits, also of one that still runs on the same PostgreSQL: their challenges may still be good.
    /// </summary>
    private void NoteUsedVisits()
    {
        List<ArrivalRow> recent = [.. Recent().Where(r => _time.GetUtcNow() - r.At < TimeSpan.FromHours(1) && r.IsReadable)];
        if (recent.Count == 0) return;
        _writer.RunAsync(c => recent.Sum(r => c.Run("INSERT INTO used_visits VALUES(@k,@v,@t) ON CONFLICT DO NOTHING",
            ("@k", r.Kiosk), ("@v", r.Visit.ToByteArray(true)), ("@t", r.At.ToUnixTimeMilliseconds())))).GetAwaiter().GetResult();
    }

    private Stored Insert(DbConnection c, NewArrival a)
    {
        byte[] card = HMACSHA256.HashData(_cardKey, a.Certificate);
        int day = Day(_time.GetUtcNow());
        (long? first, long number) = FirstReading(c, card, day) ?? (null, NextNumber(c, day));
        c.Run(
            "INSERT INTO arrivals(day,number,joined_to,kiosk,key,digest,card,received_at,chain_checked,message) "
                + "VALUES(@d,@n,@j,@k,@i,@g,@c,@t,@x,@m)",
            ("@d", day), ("@n", number), ("@j", first is { } no ? no : DBNull.Value), ("@k", a.Kiosk), ("@i", a.Key), ("@g", a.Digest),
            ("@c", card), ("@t", NowMs()), ("@x", a.ChainChecked ? 1 : 0), ("@m", a.Message));
        return new(number, Known: false, SameContent: true, Joined: first is not null);
    }

    // When a kiosk fails after the check-in was stored, the patient tries again and the kiosk sends a new key: still one arrival, not two.
    private (long? No, long Number)? FirstReading(DbConnection c, byte[] card, int day)
    {
        using DbCommand read = c.Command(
            "SELECT no, number FROM arrivals WHERE card=@c AND day=@d AND joined_to IS NULL AND received_at>=@t ORDER BY no DESC LIMIT 1",
            ("@c", card), ("@d", day), ("@t", NowMs() - (long)_join.TotalMilliseconds));
        using DbDataReader row = read.ExecuteReader();
        return row.Read() ? (row.GetInt64(0), row.GetInt64(1)) : null;
    }

    private static long NextNumber(DbConnection c, int day)
    {
        using DbCommand read = c.Command("SELECT 1+COALESCE(MAX(number),0) FROM arrivals WHERE day=@d", ("@d", day));
        return (long)read.ExecuteScalar()!;
    }

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
