namespace Kiosk.Core.Cards;

/// <summary>
/// Object identifiers of algorithms and curves: RFC 3279, RFC 5480, RFC 5639, RFC 5758, RFC 8017, RFC 8410, RFC 9881, SEC 2.
/// </summary>
internal static class AlgorithmNames
{
    public const string RsaEncryption = "1.2.840.113549.1.1.1";
    public const string EcPublicKey = "1.2.840.10045.2.1";
    public const string P384 = "1.3.132.0.34";
    public const string Sha256WithRsa = "1.2.840.113549.1.1.11";
    public const string EcdsaWithSha384 = "1.2.840.10045.4.3.3";

    /// <summary>The identifier comes from the card, so it is cut.</summary>
    private const int LongestIdentifier = 40;

    /// <returns>The name that a technician knows; else the identifier itself.</returns>
    public static string NameOf(string identifier) => identifier switch
    {
        "1.2.840.113549.1.1.5" => "sha1WithRSA",
        "1.2.840.113549.1.1.10" => "RSASSA-PSS",
        Sha256WithRsa => "sha256WithRSA",
        "1.2.840.113549.1.1.12" => "sha384WithRSA",
        "1.2.840.113549.1.1.13" => "sha512WithRSA",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        EcdsaWithSha384 => "ecdsa-with-SHA384",
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512",
        "1.2.840.10045.3.1.7" => "P-256",
        P384 => "P-384",
        "1.3.132.0.35" => "P-521",
        "1.3.132.0.10" => "secp256k1",
        "1.3.36.3.3.2.8.1.1.7" => "brainpoolP256r1",
        "1.3.36.3.3.2.8.1.1.11" => "brainpoolP384r1",
        "1.3.36.3.3.2.8.1.1.13" => "brainpoolP512r1",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        "2.16.840.1.101.3.4.3.17" => "ML-DSA-44",
        "2.16.840.1.101.3.4.3.18" => "ML-DSA-65",
        "2.16.840.1.101.3.4.3.19" => "ML-DSA-87",
        _ => identifier.Length <= LongestIdentifier ? identifier : $"{identifier[..LongestIdentifier]}…",
    };
}
