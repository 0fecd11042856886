using System.Security.Cryptography;
using Kiosk.Core.Cards;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Institution;

namespace Kiosk.Simulators.Institution;

/// <summary>
/// A SIMULATED scheme of PIN-less use (特定機関認証), for simulated cards only. These parts are published and are the same here: the form
/// of the institution's certificate (<see cref="Kiosk.Core.Cards.CardVerifiableCertificate"/>) and how it is sent to the card,
/// <c>80 A2 06 C1</c> with 307 bytes and <c>80 A2 00 C1</c> with 261 bytes. This part is invented: the institution signs the card's
/// challenge, <c>80 A2 00 C2</c>, and the card's authentication key then signs once.
/// </summary>
/// <param name="certificate">568 bytes, a CV certificate issued by the simulated institutions' CA.</param>
/// <param name="key">Its RSA-2048 key; the caller disposes it.</param>
internal sealed class SimulatedInstitution(byte[] certificate, RSA key) : IInstitution
{
    private const int FirstPart = 307;

    /// <param name="folder">Holds <c>institution.cv</c> and <c>institution.key</c>, PEM; the card simulator writes them.</param>
    /// <exception cref="StartException">Names the file.</exception>
    public static SimulatedInstitution Load(string folder)
    {
        string certificate = Path.Combine(folder, "institution.cv"), keyFile = Path.Combine(folder, "institution.key");
        RSA key = RSA.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(keyFile));
            return new(File.ReadAllBytes(certificate), key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new StartException("institution.simulatedFolder " + folder,
                "must hold institution.cv and institution.key of the card simulator", e);
        }
    }

    public async Task<byte[]?> SignAsync(Func<byte[], Task<byte[]>> card, byte[] challenge)
    {
        byte[] nonce = await card([0x00, 0x84, 0x00, 0x00, 0x10]);
        if (nonce.Length != 18 || !IsOk(nonce)) return null;
        byte[] signature = key.SignData(nonce.AsSpan(0, 16), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        foreach (byte[] block in (byte[][])[Block(0x06, 0xC1, certificate[..FirstPart]), Block(0x00, 0xC1, certificate[FirstPart..]),
            Block(0x00, 0xC2, signature)])
            if (!IsOk(await card(block))) return null;
        byte[] info = new byte[CardCommands.DigestInfoLength];
        CardCommands.DigestInfo(challenge, info);
        byte[] signed = await AskAsync(card, info);
        // 6700: the card's key takes no DigestInfo of SHA-256. It is P-384, which takes a digest of SHA-384.
        if (signed is [0x67, 0x00]) signed = await AskAsync(card, SHA384.HashData(challenge));
        return IsOk(signed) ? signed[..^2] : null;
    }

    private static Task<byte[]> AskAsync(Func<byte[], Task<byte[]>> card, byte[] input) =>
        card([0x80, 0x2A, 0x00, 0x80, (byte)input.Length, .. input, 0x00]);

    private static byte[] Block(byte p1, byte p2, byte[] data) =>
        data.Length > 255 ? [0x80, 0xA2, p1, p2, 0x00, (byte)(data.Length >> 8), (byte)data.Length, .. data]
            : [0x80, 0xA2, p1, p2, (byte)data.Length, .. data];

    private static bool IsOk(byte[] answer) => answer is [.., 0x90, 0x00];
}
