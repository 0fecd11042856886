using System.Security.Cryptography;
using Kiosk.Core.Cards;

namespace Kiosk.Simulators.CardReader;

/// <summary>The card's side of the simulated PIN-less scheme. The institution's side is SimulatedInstitution of the reception.</summary>
internal sealed class InstitutionCheck(RSA authority)
{
    private readonly List<byte> _certificate = [];
    private byte[] _nonce = [];
    private CardPublicKey? _institution;
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

    /// <summary>Allows one signature after each exchange.</summary>
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
            if (!authority.VerifyData(certificate.Body, certificate.Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
                return false;
            _institution = certificate.SubjectKey;
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
