using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.ReceptionTerminal.Centre;

namespace Kiosk.Simulators.Centre;

/// <summary>
/// Simulates the national centre. The first card after a start gets the first answer of the list, the next card the next answer.
/// A card keeps its answer. Birth date and sex of the answer are those of the simulated card's holder, where its certificate names them.
/// The README.md in this folder explains the answers. It is not part of the product.
/// </summary>
/// <param name="answers">valid, invalid, newer, none, several, notice, unmappable, silent; empty: all except silent, in this order.</param>
internal sealed class SimulatedCentre(IReadOnlyList<string> answers) : IEligibilityCentre
{
    public static IReadOnlyList<string> Known { get; } = ["valid", "unmappable", "newer", "notice", "several", "invalid", "none", "silent"];

    private static readonly DateOnly s_ended = new(2026, 9, 30);

    private readonly IReadOnlyList<string> _answers = answers.Count > 0 ? answers : [.. Known.Where(k => k != "silent")];
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _cards = [];

    public string Label => "模擬";

    public Task<Eligibility> AskAsync(byte[] certificate, CancellationToken stop)
    {
        int index;
        lock (_gate)
        {
            string card = Convert.ToHexString(SHA256.HashData(certificate));
            if (!_cards.TryGetValue(card, out index)) _cards.Add(card, index = _cards.Count);
        }

        Eligibility answer = Answer(_answers[index % _answers.Count], SimulatedPeople.All[index % SimulatedPeople.All.Count]);
        return Task.FromResult(HolderOf(certificate) is not var (birth, sex) ? answer
            : answer with
            {
                Insurances = [.. answer.Insurances.Select(i => i with { Person = i.Person with { Birthdate = birth, Sex = sex } })],
            });
    }

    public Task<Eligibility> AskAsync(string insurer, string symbol, string number, DateOnly birthdate, CancellationToken stop)
    {
        List<Insurance> found = [
            .. SimulatedPeople.All.Where(i => i.Insurer == insurer && i.Number == number && i.Person.Birthdate == birthdate
            && (symbol.Length == 0 || i.Symbol == symbol))];
        return Task.FromResult(found.Count == 0 ? new Eligibility("4", "", "", []) : new Eligibility("1", "", "", found));
    }

    public Task<IReadOnlyList<MedicalTable>> ViewAsync(byte[] certificate, string kind, CancellationToken stop) =>
        Task.FromResult(SimulatedPeople.Tables(kind));

    public Task<IReadOnlyList<FoundPerson>> SearchAsync(string name, DateOnly? birthdate, string sex, string address,
        CancellationToken stop)
    {
        string plain = Plain(name);
        IEnumerable<FoundPerson> found = SimulatedPeople.All
            .Select((i, n) => new FoundPerson($"simulated-{n}", i.Person))
            .Where(f => (plain.Length == 0 || Plain(f.Person.Name).Contains(plain, StringComparison.Ordinal) || Plain(f.Person.NameKana)
                .Contains(plain, StringComparison.Ordinal))
                && (birthdate is null || f.Person.Birthdate == birthdate) && (sex.Length == 0 || f.Person.Sex == sex)
                    && f.Person.Address.Contains(address, StringComparison.Ordinal));
        return Task.FromResult<IReadOnlyList<FoundPerson>>([.. found]);
    }

    public Task<IReadOnlyList<MedicalTable>> ViewFoundAsync(string handle, string kind, CancellationToken stop) =>
        Task.FromResult(SimulatedPeople.Tables(kind));

    /// <summary>The part of a simulated certificate's name by which the centre knows birth date (YYYYMMDD) and sex of its holder.</summary>
    public static string HolderUnit(string birth, string sex) => $"HOLDER-{birth}-{sex}";

    private static (DateOnly Birth, string Sex)? HolderOf(byte[] certificate)
    {
        using X509Certificate2 parsed = X509CertificateLoader.LoadCertificate(certificate);
        string? unit = parsed.SubjectName.EnumerateRelativeDistinguishedNames().Where(n => n.GetSingleElementType().Value == "2.5.4.11")
            .Select(n => n.GetSingleElementValue()).FirstOrDefault(v => v?.StartsWith("HOLDER-", StringComparison.Ordinal) == true);
        return unit?.Split('-') is [_, { } birth, { } sex]
            && DateOnly.TryParseExact(birth, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)
            ? (day, sex) : null;
    }

    private static string Plain(string name) => name.Replace("　", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);

    private static Eligibility Answer(string kind, Insurance i) => kind switch
    {
        "invalid" => new("2", "", "", [i with { Until = s_ended, LossReason = "03" }]),
        "newer" => new("3", "", "",
            [i with { Until = s_ended, LossReason = "03" },
            i with { Insurer = "06130001", InsurerName = "新試験健康保険組合", Number = "4321", From = s_ended.AddDays(1) }]),
        "none" => new("4", "", "", []),
        "several" => new("5", "", "", [i, i with { Insurer = "01270001", InsurerName = "全国健康保険協会　大阪支部", Number = "1111" }]),
        // A notice together with a normal result. Its official number is not published.
        "notice" => new("1", "006", "利用者証明用電子証明書の有効期限が3か月以内に切れます。市区町村での更新を案内してください。", [i]),
        "unmappable" => new("1", "", "", [SimulatedPeople.All[2]]),
        "silent" => throw new CentreException("資格確認の回答がありません（模擬）"),
        _ => new("1", "", "", [i]),
    };
}
