using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kiosk.Simulators.CardReader;

/// <summary>Pictures for the cards, and the day that their dates are relative to.</summary>
/// <param name="PhotoJpeg2000">DF27; JP2 bytes, at most about 25 KB so that EF 0002 fits into a 15-bit offset.</param>
/// <param name="Picture">1-bit PNG shown for name and address.</param>
public sealed record CardMaterial(byte[] PhotoJpeg2000, byte[] Picture, DateOnly Today);

/// <summary>Makes a <see cref="VirtualCard"/> from a description: keys from the hierarchy, certificates, card face.</summary>
internal sealed class VirtualCardBuilder(SimulatedHierarchy hierarchy, CardMaterial material)
{
    private const int TokenInfoLength = 160;

    /// <exception cref="InvalidDataException">No such card, or its description cannot be a card.</exception>
    public VirtualCard Build(string name)
    {
        CardDescription card = VirtualCards.Describe(name);
        try
        {
            return Build(name, card);
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException or OverflowException or KeyNotFoundException
            or InvalidOperationException or CryptographicException)
        {
            throw new InvalidDataException($"Card {name}: a value cannot be on a card: {wrong.Message.ReplaceLineEndings(" ")}", wrong);
        }
    }

    private VirtualCard Build(string name, CardDescription card)
    {
        Dictionary<string, CardApplication> applications = card.Applications.ToDictionary(
            a => a.Key, a => Build(Path.GetFileNameWithoutExtension(name), card, a.Value), StringComparer.OrdinalIgnoreCase);
        return new(name, Convert.FromHexString(card.Atr), applications, Fault(name, card))
        {
            PrintedNumber = card.Printed?.NumberB(material.Today),
            FailsFirst = card.FailsFirst,
        };
    }

    private static CardFaults Fault(string name, CardDescription card)
    {
        try
        {
            return card.Fault is { } words ? CardFaults.Parse(words.Split(' ')) : CardFaults.None;
        }
        catch (FormatException wrong)
        {
            throw new InvalidDataException($"Card {name}: {wrong.Message}", wrong);
        }
    }

    private CardApplication Build(string cardName, CardDescription card, ApplicationDescription described)
    {
        CardApplication application = new() { DefaultKey = described.DefaultKey is { } id ? Id(id) : 0 };
        foreach ((string pinId, PinDescription pin) in described.Pins ?? new Dictionary<string, PinDescription>())
        {
            string value = pin.Value ?? card.Printed?.NumberB(material.Today)
                ?? throw new InvalidDataException($"Card {cardName}: PIN {pinId} has no value and nothing is printed");
            application.Pins.Add(Id(pinId), new(value, pin.Tries, pin.Left ?? pin.Tries));
        }

        foreach ((string keyId, KeyDescription key) in described.Keys ?? new Dictionary<string, KeyDescription>())
        {
            // A copied card has the file of the original card but not its key.
            bool isForged = card.Copied && described.DefaultKey == keyId;
            string keyName = isForged ? $"{cardName}-{keyId}-forged" : $"{cardName}-{keyId}";
            application.Keys.Add(Id(keyId), hierarchy.Key(keyName, card.Algorithm));
            AddNeeds(application, keyId, key.Needs);
        }

        if (described.Files?.Values.Any(f => f.Make == FileMaker.InstitutionKey) == true)
            application.Institution = new(InstitutionKeys.Authority(hierarchy));
        foreach ((string fileId, FileDescription file) in described.Files ?? new Dictionary<string, FileDescription>())
        {
            application.Files.Add(Id(fileId), Content(cardName, card, described, file));
            AddNeeds(application, fileId, file.Needs);
        }

        return application;
    }

    private byte[] Content(
        string cardName, CardDescription card, ApplicationDescription application, FileDescription file) => file.Make switch
        {
            FileMaker.TokenInfo => Encoding.ASCII.GetBytes((file.Text ?? "").PadRight(TokenInfoLength)),
            FileMaker.Certificate => SimulatedHierarchy.Certificate(
                Issuer(card), hierarchy.Key($"{cardName}-{file.Key}", card.Algorithm), cardName,
                material.Today.AddDays(card.CertificateEndsInDays), card.Printed),
            FileMaker.Authority => SimulatedHierarchy.AuthorityCertificate(Issuer(card), material.Today),
            FileMaker.CardFace => CardFaceMaker.CardFace(
                card, material.Today, DF24(cardName, card, application),
                Printed(cardName, card).Photo is { } own ? Convert.FromBase64String(own) : material.PhotoJpeg2000, material.Picture,
                    Issuer(card)),
            FileMaker.CardFaceIssuer => CardFaceMaker.Issuer(Issuer(card)),
            FileMaker.InstitutionKey => InstitutionKeys.AuthorityKey(hierarchy),
            FileMaker.CommonInfo => CardFaceMaker.CommonInfo(Printed(cardName, card), material.Today),
            null => file.Hex is { } hex ? Convert.FromHexString(hex) : Encoding.ASCII.GetBytes(file.Text ?? ""),
        };

    /// <summary>The issuer has RSA-2048 where the card has it, else P-384: a card of an unknown algorithm can still be issued.</summary>
    private CardIssuer Issuer(CardDescription card) =>
        (card.Algorithm == SimulatedKey.Rsa2048 ? hierarchy.Issuer : hierarchy.NextIssuer) with
        {
            Prefix = card.Issuer is { } stranger ? $"{stranger}-" : "",
        };

    private static PrintedFace Printed(string cardName, CardDescription card) =>
        card.Printed ?? throw new InvalidDataException($"Card {cardName}: a card face needs \"printed\"");

    private SimulatedKey DF24(string cardName, CardDescription card, ApplicationDescription application) =>
        hierarchy.Key($"{cardName}-{application.DefaultKey}", card.Algorithm);

    private static void AddNeeds(CardApplication application, string id, IReadOnlyList<string>? needs)
    {
        if (needs is not { Count: > 0 }) return;
        application.Needs.Add(Id(id), [.. needs.Select(Id)]);
    }

    private static int Id(string hex) => int.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
