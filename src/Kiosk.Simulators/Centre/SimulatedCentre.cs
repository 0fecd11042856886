using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Centre;

namespace Kiosk.Simulators.Centre;

/// <summary>
/// Simulates the national centre. The first card after a start gets the first answer of the list, the next card the next answer.
/// A card keeps its answer. Birth date and sex of the answer are those of the simulated card's holder, where its certificate names them.
/// The README.md in this folder explains the answers. It is not part of the product.
/// </summary>
/// <param name="answers">Of <see cref="Known"/>; empty: the first seven, in this order.</param>
/// <param name="order">What the tester wants now; it has precedence. Null: nothing.</param>
/// <param name="time">The days of letters and prescriptions follow it. Null: the clock of the machine.</param>
internal sealed class SimulatedCentre(
    IReadOnlyList<string> answers, Func<CentreOrder>? order = null, TimeProvider? time = null) : IEligibilityCentre
{
    private const int InTurn = 7;

    public static IReadOnlyList<string> Known { get; } =
    [
        "valid", "unmappable", "newer", "notice", "several", "invalid", "none",
        "refused", "silent", "revoked", "unregistered", "lapsed", "valid-unregistered", "aid", "aids",
        "letter", "letters", "prescription", "prescriptions",
    ];

    /// <summary>Inquiries about insurers whose number begins so are not processed.</summary>
    public const string RefusedInsurers = "99";

    // The official code and words are not published.
    private static readonly Eligibility _refused =
        new("", "SIM01", "センターはこの照会を処理できませんでした（模擬）。", []) { IsRefused = true };

    private static readonly AidRecord[] s_aids =
    [
        new("子ども医療費助成", "見本市", new(2026, 4, 1), new(2027, 3, 31)),
        new("指定難病の医療費助成", "模擬県", new(2026, 1, 1), new(2026, 12, 31)),
    ];

    private static readonly DateOnly s_ended = new(2026, 9, 30);

    private readonly IReadOnlyList<string> _answers = answers.Count > 0 ? answers : [.. Known.Take(InTurn)];
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _cards = [];
    private readonly HashSet<string> _registered = [];

    /// <summary>Questions by card since the start: each visit asks once.</summary>
    public int Asked { get; private set; }

    // 照会番号 by entitlement, with the person it belongs to.
    private readonly Dictionary<string, (string Reference, string Person)> _references = [];

    public string Label => "模擬";

    public async Task<Eligibility> AskAsync(byte[] certificate, CancellationToken stop)
    {
        int index = IndexOf(certificate);
        bool registered;
        lock (_gate)
        {
            Asked++;
            registered = _registered.Contains(Convert.ToHexString(SHA256.HashData(certificate)));
        }

        CentreOrder now = order?.Invoke() ?? new();
        if (now.Hangs) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        if (now.DelayMs > 0) await Task.Delay(TimeSpan.FromMilliseconds(now.DelayMs), TimeProvider.System, stop);
        string kind = now.Answer ?? _answers[index % _answers.Count];
        if (registered && kind is ("unregistered" or "lapsed")) kind = "valid";
        Eligibility answer = Answer(kind, SimulatedPeople.All[index % SimulatedPeople.All.Count]);
        DateOnly today = JapanTime.DateOf((time ?? TimeProvider.System).GetUtcNow());
        answer = answer with
        {
            Letters = SimulatedDocuments.Letters(kind, today),
            Prescriptions = SimulatedDocuments.Prescriptions(kind, today),
        };
        answer = answer with { Insurances = [.. answer.Insurances.Select(WithReference)] };
        return HolderOf(certificate) is not var (birth, sex) ? answer
            : answer with
            {
                Insurances = [.. answer.Insurances.Select(i => i with { Person = Of(i.Person, birth, sex) })],
            };
    }

    public async Task RegisterCardAsync(byte[] certificate, CancellationToken stop)
    {
        CentreOrder now = order?.Invoke() ?? new();
        if (now.Hangs) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        if (now.DelayMs > 0) await Task.Delay(TimeSpan.FromMilliseconds(now.DelayMs), TimeProvider.System, stop);
        if (now.Answer is "silent") throw new CentreException("利用登録の回答がありません（模擬）");
        lock (_gate) _registered.Add(Convert.ToHexString(SHA256.HashData(certificate)));
    }

    public Task<Eligibility> AskAsync(InsuranceQuery asked, CancellationToken stop)
    {
        List<Insurance> found = [.. Find(asked).Select(f => f.Insurance)
            .Select(i => asked.WithLimit ? WithReference(i) : WithReference(i) with { Limit = null })];
        return Task.FromResult(
            asked.Insurer.StartsWith(RefusedInsurers, StringComparison.Ordinal) ? _refused
            : found.Count switch
            {
                0 => new("4", "", "", []),
                1 => new("1", "", "", found),
                // Nobody's data: a reader that takes the first of several would take the other twin's.
                _ => new("5", "", "同じ番号と生年月日の方が複数います。枝番を入れて照会してください。", []),
            });
    }

    public Task<IReadOnlyList<FoundPerson>> SearchAsync(InsuranceQuery asked, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<FoundPerson>>(
            [.. Find(asked).Select(f => new FoundPerson($"simulated-{f.Index}", f.Insurance.Person))]);

    private static IEnumerable<(Insurance Insurance, int Index)> Find(InsuranceQuery asked) => SimulatedPeople.All.Select((i, n) => (i, n))
        .Where(f => f.i.Person.Birthdate == asked.Birthdate && IsOf(f.i, asked.Insurer, asked.Symbol, asked.Number, asked.Branch));

    private static bool IsOf(Insurance i, string insurer, string symbol, string number, string branch) =>
        i.Insurer == insurer.PadLeft(8, '0') && Same(i.Number, number) && (symbol.Length == 0 || Same(i.Symbol, symbol))
            && (branch.Length == 0 || i.Branch == branch);

    public Task<Registered> RegisterAsync(ReferenceRegistration asked, CancellationToken stop)
    {
        // Also those that a card gets with the answer "newer".
        List<Insurance> found = [.. SimulatedPeople.All.Concat(SimulatedPeople.All.Select(Newer))
            .Where(i => IsOf(i, asked.Insurer, asked.Symbol, asked.Number, asked.Branch))];
        if (found is not [var one])
            return Task.FromResult(new Registered("SIM02", found.Count == 0 ? "該当する資格がありません（模擬）。" : "該当する資格が複数あります（模擬）。"));
        lock (_gate)
        {
            if (_references.Values.Any(r => r.Reference == asked.Reference && r.Person != one.Person.Name))
                return Task.FromResult(new Registered("SIM03", "この照会番号は別の方に登録されています（模擬）。"));
            if (asked.Reference.Length == 0) _references.Remove(KeyOf(one));
            else _references[KeyOf(one)] = (asked.Reference, one.Person.Name);
            return Task.FromResult(new Registered("", ""));
        }
    }

    private Insurance WithReference(Insurance i)
    {
        lock (_gate)
            return _references.TryGetValue(KeyOf(i), out (string Reference, string Person) r)
                ? i with { ReferenceNumber = r.Reference } : i;
    }

    private static string KeyOf(Insurance i) => $"{i.Insurer} {i.Symbol} {i.Number} {i.Branch}";

    /// <summary>Full-width and half-width forms are the same number; so are numbers with and without spaces.</summary>
    private static bool Same(string one, string other) => Plain(FullWidth.ToAsciiForms(one)) == Plain(FullWidth.ToAsciiForms(other));

    public Task<MedicalRecords> ViewAsync(byte[] certificate, string kind, CancellationToken stop)
    {
        int index = IndexOf(certificate);
        Person person = _answers[index % _answers.Count] == "unmappable" ? SimulatedPeople.All[2].Person
            : SimulatedPeople.All[index % SimulatedPeople.All.Count].Person;
        return Task.FromResult(SimulatedRecords.RecordsOf(
            HolderOf(certificate) is var (birth, sex) ? Of(person, birth, sex) : person, kind));
    }

    public Task<IReadOnlyList<FoundPerson>> SearchAsync(string name, DateOnly? birthdate, string sex, string address,
        CancellationToken stop)
    {
        string plain = Plain(name);
        IEnumerable<FoundPerson> found = SimulatedPeople.All
            .Select((i, n) => new FoundPerson($"simulated-{n}", i.Person))
            .Where(f => (plain.Length == 0 || Plain(f.Person.Name).Contains(plain, StringComparison.Ordinal) || Plain(f.Person.NameKana)
                .Contains(plain, StringComparison.Ordinal))
                && (birthdate is null || f.Person.Birthdate == birthdate) && (sex.Length == 0 || f.Person.Sex == sex)
                    // An address that must not be disclosed must not be found out by trying either.
                    && (address.Length == 0
                        || (!f.Person.IsAddressWithheld && f.Person.Address.Contains(address, StringComparison.Ordinal))));
        return Task.FromResult<IReadOnlyList<FoundPerson>>([.. found]);
    }

    public Task<MedicalRecords> ViewFoundAsync(string handle, string kind, CancellationToken stop) =>
        int.TryParse(handle.AsSpan(handle.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int n)
            && n < SimulatedPeople.All.Count
            ? Task.FromResult(SimulatedRecords.RecordsOf(SimulatedPeople.All[n].Person, kind))
            : throw new CentreException("この方の検索をやり直してください（模擬）");

    /// <summary>Which card in the order of their first inquiry.</summary>
    private int IndexOf(byte[] certificate)
    {
        string card = Convert.ToHexString(SHA256.HashData(certificate));
        lock (_gate)
        {
            if (!_cards.TryGetValue(card, out int index)) _cards.Add(card, index = _cards.Count);
            return index;
        }
    }

    /// <summary>The part of a simulated certificate's name by which the centre knows birth date (YYYYMMDD) and sex of its holder.</summary>
    /// <param name="sex">Null: the card does not say it. The centre knows it all the same.</param>
    public static string HolderUnit(string birth, string? sex) => $"HOLDER-{birth}-{sex}";

    private static (DateOnly Birth, string Sex)? HolderOf(byte[] certificate)
    {
        using X509Certificate2 parsed = X509CertificateLoader.LoadCertificate(certificate);
        string? unit = parsed.SubjectName.EnumerateRelativeDistinguishedNames().Where(n => n.GetSingleElementType().Value == "2.5.4.11")
            .Select(n => n.GetSingleElementValue()).FirstOrDefault(v => v?.StartsWith("HOLDER-", StringComparison.Ordinal) == true);
        return unit?.Split('-') is [_, { } birth, { } sex]
            && DateOnly.TryParseExact(birth, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)
            ? (day, sex) : null;
    }

    private static Person Of(Person person, DateOnly birth, string sex) =>
        person with { Birthdate = birth, Sex = sex.Length > 0 ? sex : person.Sex };

    private static string Plain(string name) => name.Replace("　", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);

    private static Insurance Ended(Insurance i) => i with { Until = s_ended, CardUntil = s_ended, LossReason = "03" };

    /// <summary>After a change of the insurer.</summary>
    private static Insurance Newer(Insurance i) => i with
    {
        Insurer = "06130001",
        InsurerName = "新試験健康保険組合",
        Number = "4" + i.Number,
        From = s_ended.AddDays(1),
        Issued = s_ended.AddDays(10),
        CardFrom = s_ended.AddDays(1),
    };

    private static Eligibility Answer(string kind, Insurance i) => kind switch
    {
        "invalid" => new("2", "", "", [Ended(i)]),
        "newer" => new("3", "", "",
            [Ended(i),
            Newer(i)]),
        "none" => new("4", "", "", []),
        "several" => new("5", "", "", [i, i with { Insurer = "01270001", InsurerName = "全国健康保険協会　大阪支部", Number = "1111" }]),
        // A notice together with a normal result. Its official number is not published.
        "notice" => new("1", "006", "利用者証明用電子証明書の有効期限が3か月以内に切れます。市区町村での更新を案内してください。", [i]),
        "unmappable" => new("1", "", "", [SimulatedPeople.All[2]]),
        "valid-unregistered" => new("6", "", "", [i]),
        "revoked" => new("", "", "", []) { Standing = CardStanding.Revoked },
        "unregistered" => new("", "", "", []) { Standing = CardStanding.Unregistered },
        "lapsed" => new("", "", "", []) { Standing = CardStanding.Lapsed },
        "aid" => new("1", "", "", [i]) { Aids = [s_aids[0]] },
        "aids" => new("1", "", "", [i]) { Aids = s_aids },
        "refused" => _refused,
        "silent" => throw new CentreException("資格確認の回答がありません（模擬）"),
        _ => new("1", "", "", [i]),
    };
}
