using System.Text.Json.Serialization;

namespace Kiosk.Simulators.CardReader;

/// <summary>
/// A virtual card as described by its JSON file. The schema is in <c>Cards/README.md</c>. Object keys are AIDs (hex) and ids of files,
/// PINs and keys (four hex digits). A card that is <c>like</c> another one contains only the differences.
/// </summary>
/// <param name="What">Description in one line, for the list of cards.</param>
/// <param name="Atr">Hex. No program may identify a card by it.</param>
/// <param name="Printed">What a camera sees on the card's front; null: nothing printed (phone, licence).</param>
/// <param name="CertificateEndsInDays">Last day of the 利用者証明用電子証明書, counted from today; may be negative.</param>
/// <param name="FailsFirst">The first command after power-on is answered 6F00, as some cards do.</param>
/// <param name="Copied">The card face's signing key is not the one in DF24: a file copied from a genuine card.</param>
/// <param name="PhotoSwapped">The photo was changed after the card face was signed.</param>
/// <param name="Issuer">Issuer whose keys signed certificate and card face. Null: the simulated hierarchy. A name: an untrusted
/// issuer of that name.</param>
/// <param name="Algorithm">Of the card's keys, one of <see cref="SimulatedKey.Algorithms"/>. The issuers go with it.</param>
/// <param name="Fault">Fault that is active when the card is inserted, in the syntax of <see cref="CardFaults.Words"/>.</param>
internal sealed record CardDescription(
    string What,
    string Atr,
    IReadOnlyDictionary<string, ApplicationDescription> Applications,
    PrintedFace? Printed = null,
    int CertificateEndsInDays = 0,
    bool FailsFirst = false,
    bool Copied = false,
    bool PhotoSwapped = false,
    string? Issuer = null,
    string Algorithm = SimulatedKey.Rsa2048,
    string? Fault = null);

/// <param name="Birth">Gregorian, YYYYMMDD (DF22).</param>
/// <param name="BirthAsPrinted">Six digits with the year of the Japanese era. 照合番号B begins with them.</param>
/// <param name="ValidYears">Years from today to the printed 有効期限.</param>
/// <param name="SecurityCode">Four digits.</param>
/// <param name="Sex">1, 2, 9 or 0 (DF23); null: DF23 is empty.</param>
/// <param name="Name">Base64 of a 1-bit PNG (DF25); null: a picture of bars.</param>
/// <param name="Photo">Base64 of a JPEG 2000 (DF27), may be empty; null: the photo of the simulated holder.</param>
/// <param name="AlteredExpiry">YYYYMMDD written into DF29 instead of the right day.</param>
internal sealed record PrintedFace(
    string Birth, string BirthAsPrinted, int ValidYears, string SecurityCode, string? Sex = null, string? Name = null, string? Photo = null,
    string? AlteredExpiry = null)
{
    /// <summary>照合番号B, 14 digits.</summary>
    public string NumberB(DateOnly today) => $"{BirthAsPrinted}{today.Year + ValidYears:D4}{SecurityCode}";

    /// <summary>DF29 and 共通カードAP, YYYYMMDD: ends on a birthday.</summary>
    public string ExpiresOn(DateOnly today) => $"{today.Year + ValidYears:D4}{Birth[4..]}";
}

/// <param name="DefaultKey">Key that signs with P2 = 00.</param>
internal sealed record ApplicationDescription(
    IReadOnlyDictionary<string, FileDescription>? Files = null,
    IReadOnlyDictionary<string, PinDescription>? Pins = null,
    IReadOnlyDictionary<string, KeyDescription>? Keys = null,
    string? DefaultKey = null);

/// <param name="Make">Content that is made when the card is built; null: <paramref name="Text"/> or <paramref name="Hex"/> is the
/// content.</param>
/// <param name="Text">ASCII content, or the token label.</param>
/// <param name="Hex">Content.</param>
/// <param name="Key">Of a certificate: the key certified.</param>
/// <param name="Needs">PIN ids, one of which must have been verified.</param>
internal sealed record FileDescription(
    FileMaker? Make = null, string? Text = null, string? Hex = null, string? Key = null, IReadOnlyList<string>? Needs = null);

[JsonConverter(typeof(JsonStringEnumConverter<FileMaker>))]
internal enum FileMaker
{
    TokenInfo,
    Certificate,
    Authority,
    CardFace,
    CardFaceIssuer,
    CommonInfo,

    /// <summary>EF 0016: the key of the simulated institutions' CA (<see cref="InstitutionKeys"/>).</summary>
    InstitutionKey,
}

/// <param name="Tries">At most 15.</param>
/// <param name="Value">ASCII digits; null: 照合番号B as printed.</param>
/// <param name="Left">Tries left; <paramref name="Tries"/> when absent.</param>
internal sealed record PinDescription(int Tries, string? Value = null, int? Left = null);

internal sealed record KeyDescription(IReadOnlyList<string>? Needs = null);
