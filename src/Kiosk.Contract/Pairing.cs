using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Kiosk.Contract;

/// <summary>
/// The code that staff read off the reception and type on the kiosk. 60 random bits, good for ten minutes and one kiosk:
/// long enough that a listener cannot find it from a proof (each guess costs 210,000 hashes), so no password-authenticated
/// key exchange is needed, of which .NET has none.
/// </summary>
public static class PairingCode
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>Crockford's base 32: no I, L, O, U to be misread.</summary>
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 12;
    private const int Iterations = 210_000;

    /// <returns>Three groups of four, for example 7F3K-Q2MD-9XTA.</returns>
    public static string New()
    {
        string code = RandomNumberGenerator.GetString(Alphabet, Length);
        return $"{code[..4]}-{code[4..8]}-{code[8..]}";
    }

    /// <summary>Takes small letters, missing hyphens and the letters that look like digits.</summary>
    /// <returns>Null: not a code; what was typed cannot be right.</returns>
    public static string? Parse(string typed)
    {
        string code = typed.Replace("-", "").Replace(" ", "").Trim().ToUpperInvariant().Replace('O', '0').Replace('I', '1').Replace('L', '1');
        return code.Length == Length && code.All(Alphabet.Contains) ? code : null;
    }

    /// <summary>32 bytes that only the two who know the code have.</summary>
    /// <param name="code">As from <see cref="Parse"/>.</param>
    public static byte[] Key(string code) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(code), "kiosk-pairing-1"u8, Iterations, HashAlgorithmName.SHA512, 32);

    /// <summary>Shows to the other side that one knows the code, for this TLS connection and this content alone.</summary>
    /// <param name="side">"kiosk" or "reception": neither can send the other's proof back.</param>
    /// <param name="server">SubjectPublicKeyInfo of the server's certificate as this side sees it: differs when somebody sits between.</param>
    /// <param name="content">What is proven to be unchanged.</param>
    public static byte[] Proof(byte[] key, string side, byte[] server, params byte[][] content)
    {
        using IncrementalHash hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (byte[] part in (byte[][])[Encoding.ASCII.GetBytes(side), server, .. content])
        {
            // Length first, so that no two lists of parts give the same bytes.
            hmac.AppendData(BitConverter.GetBytes((long)part.Length));
            hmac.AppendData(part);
        }
        return hmac.GetHashAndReset();
    }
}

/// <summary>POST /pair, JSON.</summary>
/// <param name="Csr">PKCS#10, DER: the key made on the kiosk, of which only this public half leaves it. At most 4,096 bytes.</param>
/// <param name="Proof">Of <paramref name="Csr"/>.</param>
public sealed record PairingRequest(byte[] Csr, byte[] Proof);

/// <summary>What a kiosk needs to speak with its reception. Nothing in it is secret.</summary>
/// <param name="Kiosk">The id, given by the reception.</param>
/// <param name="Address">https://HOST:PORT of the link.</param>
/// <param name="Ca">PEM.</param>
/// <param name="Certificate">PEM of the kiosk's certificate.</param>
/// <param name="Pins">Of the server's present key and the next.</param>
public sealed record Provisioning(string Kiosk, string Address, string Ca, string Certificate, IReadOnlyList<string> Pins);

/// <summary>A provisioning as it travels: in a file, or as the answer to <see cref="PairingRequest"/>.</summary>
/// <param name="Content">UTF-8 JSON of a <see cref="Provisioning"/>.</param>
/// <param name="Signature">By the CA's key, ECDSA with SHA-256 over <paramref name="Content"/>, IEEE P1363.</param>
/// <param name="Proof">On the LAN: of CSR and content. Null in a file: there the CA's fingerprint is compared by eye.</param>
public sealed record SignedProvisioning(byte[] Content, byte[] Signature, byte[]? Proof = null)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static SignedProvisioning Sign(Provisioning provisioning, ECDsa ca)
    {
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(provisioning, Json);
        return new(content, ca.SignData(content, HashAlgorithmName.SHA256));
    }

    /// <summary>First 20 hex digits of SHA-256 over the CA's certificate, in groups of four: both ends show it.</summary>
    public static string Fingerprint(byte[] caCertificate) =>
        string.Join(' ', Convert.ToHexString(SHA256.HashData(caCertificate))[..20].Chunk(4).Select(four => new string(four)));
}
