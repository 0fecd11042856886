using System.Security.Cryptography;

namespace Kiosk.Simulators.CardReader;

/// <summary>
/// Certificate and key of a SIMULATED institution for PIN-less use (特定機関認証), issued by a CA that only the virtual cards
/// trust. The reception's simulated institution uses them.
/// </summary>
public static class InstitutionKeys
{
    private const string AuthorityName = "institution-ca";
    private const string KeyName = "institution";

    internal static RSA Authority(SimulatedHierarchy hierarchy) => hierarchy.Key(AuthorityName);

    /// <summary>EF 0016: the CA's public key as the card holds it.</summary>
    internal static byte[] AuthorityKey(SimulatedHierarchy hierarchy) => hierarchy.Key(AuthorityName, SimulatedKey.Rsa2048).Public;

    /// <summary>Writes <c>institution.cv</c> and <c>institution.key</c> (PEM) for the reception's configuration.</summary>
    public static void WriteTo(string folder, SimulatedHierarchy hierarchy)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "institution.cv"), Certificate(hierarchy));
        File.WriteAllText(Path.Combine(folder, "institution.key"), Key(hierarchy).ExportPkcs8PrivateKeyPem());
    }

    /// <returns>568 bytes: a card-verifiable certificate. Form: <see cref="Kiosk.Core.Cards.CardVerifiableCertificate"/>.</returns>
    public static byte[] Certificate(SimulatedHierarchy hierarchy)
    {
        byte[] body = [.. "SIMULATED-CA    "u8, .. "SIMULATED-CLINIC"u8, .. hierarchy.Key(KeyName, SimulatedKey.Rsa2048).Public];
        byte[] signature = Authority(hierarchy).SignData(body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return TlvWriter.Object(0x7F21, [.. TlvWriter.Object(0x5F4E, body), .. TlvWriter.Object(0x5F37, signature)]);
    }

    /// <summary>The key of the institutions' CA. The hierarchy disposes it.</summary>
    public static RSA Key(SimulatedHierarchy hierarchy) => hierarchy.Key(KeyName);
}
