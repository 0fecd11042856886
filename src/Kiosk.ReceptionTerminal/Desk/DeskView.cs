namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>Everything the page shows; sent again as a whole after each change.</summary>
/// <param name="Disaster">Disaster mode, shown to everybody for as long as it lasts; null when it is off.</param>
/// <param name="Centre">模擬 where the centre is simulated; empty otherwise.</param>
/// <param name="Troubles">What is wrong with the reception itself, with the remedy; empty when all is well.</param>
/// <param name="Environment">trial (接続検証), production (本番), or empty without a centre.</param>
internal sealed record DeskView(
    DisasterView? Disaster, string Centre, IReadOnlyList<KioskView> Kiosks, IReadOnlyList<ArrivalView> Arrivals,
    IReadOnlyList<string> Troubles, string Environment);

/// <param name="By">Who switched it on.</param>
internal sealed record DisasterView(DateTimeOffset Until, string By, string Reason);

/// <param name="Visit">
/// A card was placed and its check-in is not stored yet: 目視確認 can be given for this visit. Empty: nobody is there.
/// </param>
/// <param name="CertificateDays">Days left of the kiosk's certificate, when its renewal is overdue; else null.</param>
/// <param name="Contested">Two machines seem to use this id.</param>
/// <param name="Refused">Why a machine with this id is refused at the TLS handshake just now; empty when none is.</param>
internal sealed record KioskView(
    string Id, bool Connected, string Version, bool Maintenance, string Visit, CallView? Call, HealthView? Health, int? CertificateDays,
    bool Contested, string Refused);

/// <param name="Engine">Face engine, or empty.</param>
/// <param name="Rollback">Why the last update was not kept; empty when it was.</param>
internal sealed record HealthView(string Version, IReadOnlyList<DeviceView> Devices, string Engine, string EngineWarning, string Image,
    string Rollback);

/// <param name="Code">K-code; empty when the device works.</param>
internal sealed record DeviceView(string Name, string Code, string Text, string Remedy, string Detail);

/// <param name="Code">K-code or empty.</param>
/// <param name="Text">The failure catalogue's words for staff, as <paramref name="Remedy"/>; empty for an unknown code.</param>
internal sealed record CallView(DateTimeOffset At, string Code, string Text, string Remedy);

/// <summary>One arrival. Several readings of the same card are one arrival, shown with the newest reading's answers.</summary>
/// <param name="Readings">1, or more after repeats.</param>
/// <param name="NameImage">
/// The card's own picture of the name is at /name/NO: the name has characters that cannot be shown, or the card is not proven.
/// </param>
/// <param name="Alert">Why the desk must look at the insurance; the row is on top and red until somebody takes it. Empty: need not.</param>
/// <param name="TakenBy">Who looks after it; empty: nobody yet.</param>
/// <param name="Documents">Each letter and prescription with the patient's answer; that there is none, or it was not asked about.</param>
/// <param name="Site">What the site's own system answered, in words; empty: nothing.</param>
/// <param name="Called">The waiting display has called this number; null: there is no display, or it is of another day.</param>
/// <param name="NotProven">Why certificate and card are not known to be of the same person; empty: they are.</param>
internal sealed record ArrivalView(
    long Number, DateTimeOffset At, string Kiosk, string Method, string Staff, int Readings, bool ChainChecked,
    string CertificateStatus, int CertificateLastDay, IReadOnlyList<ConsentView> Consents,
    long No, string Prescription, IReadOnlyList<string> Pmh, long ConsentUntil, EligibilityView? Eligibility, bool NameImage,
    string NotProven, string Alert, string TakenBy, IReadOnlyList<string> Documents, IReadOnlyList<string> Site,
    bool? Called);

/// <param name="Validity">Words of OQSCD006; empty while there is no answer.</param>
/// <param name="Good">The insurance may be used as it is.</param>
/// <param name="Name">As the centre gives it, with every character; レセコン may not be able to show them all.</param>
/// <param name="Missing">Fields with characters レセコン cannot show, for example 氏名 2字.</param>
/// <param name="Trouble">Why there is no answer, or no file.</param>
/// <param name="Reference">照会番号, the facility's own patient number; empty: none.</param>
/// <param name="LostReference">One that a new insurer does not know; empty: none is lost.</param>
internal sealed record EligibilityView(
    string Validity, bool Good, string Name, string Kana, string Sex, string Birthdate, IReadOnlyList<string> Insurances, string Notice,
    string Missing,
    string Trouble, string Reference, string LostReference);

internal sealed record ConsentView(string Code, bool Given);
