using System.Security.Cryptography;
using Kiosk.Core.Cards;

namespace Kiosk.Devices.CardReader.Simulated;

/// <summary>
/// A SIMULATED scheme of PIN-less use (特定機関認証), with a CA of its own; what real institutions send after their certificate is
/// not public. Public and kept: the certificate's form and its way to the card, <c>80 A2 06 C1</c> with 307 bytes and
/// <c>80 A2 00 C1</c> with 261 (card.md 7). Invented: the institution signs the card's challenge, <c>80 A2 00 C2</c>, and the
/// card's authentication key then signs once.
/// </summary>
public sealed class SimulatedInstitution(SimulatedHierarchy hierarchy)
{
    private const int FirstPart = 307;

    internal static RSA Authority(SimulatedHierarchy hierarchy) => hierarchy.Key("institution-ca");

    /// <summary>The exchange: yields the blocks for the card and is given its answers.</summary>
    /// <param name="relay">Kiosk and card: a block there, an answer back.</param>
    /// <param name="challenge">What the authentication key is to sign.</param>
    /// <returns>The signature, 256 bytes; null: the card refused.</returns>
    public async Task<byte[]?> SignAsync(Func<ReadOnlyMemory<byte>, Task<byte[]>> relay, ReadOnlyMemory<byte> challenge)
    {
        byte[] nonce = await relay(new byte[] { 0x00, 0x84, 0x00, 0x00, 0x10 });
        if (!IsOk(nonce)) return null;
        RSA key = hierarchy.Key("institution");
        byte[] certificate = Certificate(key);
        byte[] signature = key.SignData(nonce.AsSpan(0, 16), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        foreach (byte[] block in (byte[][])[Block(0x06, 0xC1, certificate[..FirstPart]), Block(0x00, 0xC1, certificate[FirstPart..]), Block(0x00, 0xC2, signature)])
            if (!IsOk(await relay(block))) return null;
        byte[] info = new byte[CardCommands.DigestInfoLength];
        CardCommands.DigestInfo(challenge.Span, info);
        byte[] signed = await relay((byte[])[0x80, 0x2A, 0x00, 0x80, (byte)info.Length, .. info, 0x00]);
        return IsOk(signed) ? signed[..^2] : null;
    }

    private byte[] Certificate(RSA key)
    {
        byte[] body = [.. "SIMULATED-CA    "u8, .. "SIMULATED-CLINIC"u8, .. CardKey.Public(key)];
        byte[] signature = Authority(hierarchy).SignData(body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return TlvWriter.Object(0x7F21, [.. TlvWriter.Object(0x5F4E, body), .. TlvWriter.Object(0x5F37, signature)]);
    }

    private static byte[] Block(byte p1, byte p2, byte[] data) =>
        data.Length > 255 ? [0x80, 0xA2, p1, p2, 0x00, (byte)(data.Length >> 8), (byte)data.Length, .. data] : [0x80, 0xA2, p1, p2, (byte)data.Length, .. data];

    private static bool IsOk(byte[] answer) => answer is [.., 0x90, 0x00];
}

/// <summary>The card's part of <see cref="SimulatedInstitution"/>.</summary>
internal sealed class InstitutionCheck(RSA authority)
{
    private readonly List<byte> _certificate = [];
    private byte[] _nonce = [];
    private RsaKey? _institution;
    private bool _mayUse;

    public void Challenged(byte[] nonce) => _nonce = nonce;

    /// <returns>Status word.</returns>
    public ushort Take(ParsedCommand command)
    {
        switch (command.P1, command.P2)
        {
            case (0x06, 0xC1):
                Restart();
                _certificate.AddRange(command.Data.Span);
                return 0x9000;
            case (0x00, 0xC1) when _certificate.Count > 0:
                _certificate.AddRange(command.Data.Span);
                return Known() ? (ushort)0x9000 : (ushort)0x6700;
            case (0x00, 0xC2) when _institution is { } institution && _nonce.Length > 0:
                _mayUse = institution.Verifies(_nonce, command.Data.Span);
                _nonce = [];
                return _mayUse ? (ushort)0x9000 : (ushort)0x6982;
            default:
                return 0x6A86;
        }
    }

    /// <summary>One signature for one exchange.</summary>
    public bool UseOnce()
    {
        bool may = _mayUse;
        _mayUse = false;
        return may;
    }

    public void Forget()
    {
        Restart();
        _nonce = [];
    }

    private void Restart()
    {
        _certificate.Clear();
        (_institution, _mayUse) = (null, false);
    }

    private bool Known()
    {
        try
        {
            CardVerifiableCertificate certificate = new([.. _certificate]);
            if (!authority.VerifyData(certificate.Body, certificate.Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)) return false;
            _institution = certificate.SubjectKey;
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
