namespace Kiosk.ReceptionTerminal.Centre;

/// <summary>
/// Access to the national centre (オンライン資格確認等システム). The real one is reached only with the official client and keys,
/// which are not public; this product has the interface and a simulator.
/// </summary>
internal interface IEligibilityCentre
{
    /// <summary>Shown on the page beside everything that comes from the centre: 模擬 for a simulator, empty for the real one.</summary>
    string Label { get; }

    /// <param name="certificate">利用者証明用電子証明書 of the card that was confirmed, DER.</param>
    /// <exception cref="CentreException">No answer.</exception>
    Task<Eligibility> AskAsync(byte[] certificate, CancellationToken stop);

    /// <summary>利用登録: makes the card an insurance card. A card that is registered already stays so.</summary>
    /// <exception cref="CentreException">No answer, or not registered.</exception>
    Task RegisterCardAsync(byte[] certificate, CancellationToken stop);

    /// <summary>By what is printed on 資格確認書 or 資格情報のお知らせ.</summary>
    /// <exception cref="CentreException">No answer.</exception>
    Task<Eligibility> AskAsync(InsuranceQuery asked, CancellationToken stop);

    /// <summary>One kind of medical information, by the person of <see cref="AskAsync(byte[], CancellationToken)"/>.</summary>
    /// <param name="kind">YZK 薬剤情報, SRJ 診療情報, SHJ 手術情報, TKK 特定健診情報.</param>
    Task<MedicalRecords> ViewAsync(byte[] certificate, string kind, CancellationToken stop);

    /// <summary>災害時医療情報閲覧: everybody who matches. Empty terms match everybody; at least a name or a birth date is needed.</summary>
    Task<IReadOnlyList<FoundPerson>> SearchAsync(string name, DateOnly? birthdate, string sex, string address, CancellationToken stop);

    /// <summary>The same by the number of a 資格確認書.</summary>
    Task<IReadOnlyList<FoundPerson>> SearchAsync(InsuranceQuery asked, CancellationToken stop);

    /// <summary>The same information for a person found without a card.</summary>
    Task<MedicalRecords> ViewFoundAsync(string handle, string kind, CancellationToken stop);

    /// <summary>Registers the facility's own patient number (照会番号) for an entitlement, or takes it back.</summary>
    /// <exception cref="CentreException">No answer.</exception>
    Task<Registered> RegisterAsync(ReferenceRegistration asked, CancellationToken stop);
}

/// <summary>The centre did not answer, or not in time.</summary>
internal sealed class CentreException(string why) : Exception(why);

/// <param name="Handle">Means nothing outside the centre, so it may be logged.</param>
internal sealed record FoundPerson(string Handle, Person Person);

/// <param name="Reference">照会番号, at most 50 characters; empty: take back what is registered.</param>
internal sealed record ReferenceRegistration(string Insurer, string Symbol, string Number, string Branch, string Reference);

/// <param name="Code">Message code of a refusal; empty when it is registered.</param>
internal sealed record Registered(string Code, string Words)
{
    public bool IsGood => Code.Length == 0;
}
