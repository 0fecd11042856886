using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Kiosk.Contract;

/// <summary>
/// The code that the reception shows and that is typed on the kiosk. 60 random bits, valid for ten minutes and one kiosk. A listener who
/// has a proof cannot find the code in that time, because each guess costs 210,000 hashes. So no password-authenticated key exchange is
/// needed; .NET has none.
/// </summary>
public static class PairingCode
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>Crockford's base 32: without I, L, O and U, which are misread.</summary>
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 12;
    private const int Iterations = 210_000;

    /// <returns>Three groups of four, for example 7F3K-Q2MD-9XTA.</returns>
    public static string New()
    {
        string code = RandomNumberGenerator.GetString(Alphabet, Length);
        return $"{code[..4]}-{code[4..8]}-{code[8..]}";
    }

    /// <summary>Reads a typed code. Accepts small letters, missing hyphens, and O, I, L typed for 0, 1, 1.</summary>
    /// <returns>The 12 characters without hyphens; null: not a code.</returns>
    public static string? Parse(string typed)
    {
        string code = typed.Replace("-", "").Replace(" ", "").Trim().ToUpperInvariant()
            .Replace('O', '0').Replace('I', '1').Replace('L', '1');
        return code.Length == Length && code.All(Alphabet.Contains) ? code : null;
    }

    /// <summary>A key of 32 bytes made from the code; only the two sides that know the code have it.</summary>
    /// <param name="code">As from <see cref="Parse"/>.</param>
    public static byte[] Key(string code) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(code), "kiosk-pairing-1"u8, Iterations, HashAlgorithmName.SHA512, 32);

    /// <summary>Proves to the other side that this side knows the code. Valid for this TLS connection and this content only.</summary>
    /// <param name="side">"kiosk" or "reception", so that one side cannot send back the proof of the other.</param>
    /// <param name="server">
    /// SubjectPublicKeyInfo of the server's certificate as this side sees it. The two sides see different keys when a third party is
    /// between them.
    /// </param>
    /// <param name="content">Proven to be unchanged.</param>
    public static byte[] Proof(byte[] key, string side, byte[] server, params byte[][] content)
    {
        using IncrementalHash hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (byte[] part in (byte[][])[Encoding.ASCII.GetBytes(side), server, .. content])
        {
            // The length comes first, so that two different lists of parts never give the same bytes.
            hmac.AppendData(BitConverter.GetBytes((long)part.Length));
            hmac.AppendData(part);
        }
        return hmac.GetHashAndReset();
    }
}

/// <summary>Body of POST /pair, JSON.</summary>
/// <param name="Csr">PKCS#10, DER, at most 4,096 bytes. The private key was made on the kiosk and stays there.</param>
/// <param name="Proof">Of <paramref name="Csr"/>.</param>
public sealed record PairingRequest(byte[] Csr, byte[] Proof);

/// <summary>What a kiosk needs for the link to its reception. Nothing in it is secret.</summary>
/// <param name="Kiosk">Id of the kiosk, chosen by the reception.</param>
/// <param name="Address">https://HOST:PORT of the link.</param>
/// <param name="Ca">PEM.</param>
/// <param name="Certificate">PEM of the kiosk's certificate.</param>
/// <param name="Pins">Pins of the server's present key and of its next one.</param>
public sealed record Provisioning(string Kiosk, string Address, string Ca, string Certificate, IReadOnlyList<string> Pins);

/// <summary>A signed provisioning: in a file, or as the answer to <see cref="PairingRequest"/>.</summary>
/// <param name="Content">UTF-8 JSON of a <see cref="Provisioning"/>.</param>
/// <param name="Signature">By the key of the CA: ECDSA with SHA-256 over <paramref name="Content"/>, in the format of IEEE P1363.</param>
/// <param name="Proof">Over the network: of CSR and content. Null in a file: there a person compares the fingerprint of the CA.</param>
public sealed record SignedProvisioning(byte[] Content, byte[] Signature, byte[]? Proof = null)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static SignedProvisioning Sign(Provisioning provisioning, ECDsa ca)
    {
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(provisioning, Json);
        return new(content, ca.SignData(content, HashAlgorithmName.SHA256));
    }

    /// <summary>First 20 hex digits of SHA-256 over the certificate of the CA, in groups of four. Both sides show it.</summary>
    public static string Fingerprint(byte[] caCertificate) =>
        string.Join(' ', Convert.ToHexString(SHA256.HashData(caCertificate))[..20].Chunk(4).Select(four => new string(four)));
}
