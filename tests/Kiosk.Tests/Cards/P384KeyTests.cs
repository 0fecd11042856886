using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.Core.Cards;

namespace Kiosk.Tests.Cards;

/// <summary>Which keys are known, and what a signature by a P-384 key has to be.</summary>
public sealed class P384KeyTests : IDisposable
{
    private static readonly byte[] Message = [1, 2, 3];

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP384);

    private CardPublicKey Known => CardPublicKey.FromSubjectPublicKeyInfo(_key.ExportSubjectPublicKeyInfo());

    /// <summary>Signatures over <see cref="Message"/> that are none, by what is wrong.</summary>
    public static TheoryData<string> Wrong =>
        [
            "empty", "cut", "longer", "r zero", "s zero", "both zero", "r order", "s order", "SHA-256", "DER", "RSA", "other message",
            "swapped",
        ];

    public void Dispose() => _key.Dispose();

    [Fact]
    public void A_key_is_the_same_in_both_forms()
    {
        CardPublicKey card = CardPublicKey.FromCard(OnCard(_key));
        Assert.Equal(("P-384", true, 96, 48), (card.Name, card.IsKnown, card.SignatureLength, card.DigestLength));
        Assert.Equal(_key.ExportSubjectPublicKeyInfo(), card.SubjectPublicKeyInfo);
        Assert.Equal(card.SubjectPublicKeyInfo, Known.SubjectPublicKeyInfo);
    }

    [Fact]
    public void A_signature_is_verified_in_the_plain_form_from_a_card_and_in_DER_from_a_certificate()
    {
        byte[] plain = Sign(DSASignatureFormat.IeeeP1363FixedFieldConcatenation), der = Sign(DSASignatureFormat.Rfc3279DerSequence);
        Assert.True(Known.Verifies(Message, plain));
        Assert.False(Known.VerifiesInAnotherForm(Message, plain));
        Assert.True(Known.VerifiesCertificate(Message, der));
        Assert.True(Known.VerifiesInAnotherForm(Message, der));
        Assert.False(Known.VerifiesCertificate(Message, plain));
        Assert.False(Known.VerifiesCertificate(Message, [.. der, 0]));
        Assert.False(Known.VerifiesCertificate(Message, der.AsSpan(..^1)));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_signature_is_not_verified(string what)
    {
        byte[] signature = Made(what);
        Assert.False(Known.Verifies(Message, signature));
        Assert.False(CardPublicKey.FromCard(OnCard(_key)).Verifies(Message, signature));
    }

    [Theory]
    [InlineData("0000")]
    [InlineData("3006020100020101")]
    [InlineData("3006020101020100")]
    [InlineData("30060201FF020101")]
    [InlineData("3003020101")]
    [InlineData("3009020101020101020101")]
    [InlineData("308006020101020101")]
    public void A_signature_in_DER_that_is_none_is_not_verified(string hex) =>
        Assert.False(Known.VerifiesCertificate(Message, Convert.FromHexString(hex)));

    [Theory]
    [InlineData(1)]
    [InlineData(96)]
    public void A_point_that_is_not_on_the_curve_is_no_key(int at)
    {
        byte[] info = _key.ExportSubjectPublicKeyInfo(), card = OnCard(_key);
        info[info.Length - 97 + at] ^= 1;
        card[card.Length - 97 + at] ^= 1;
        Assert.Throws<InvalidDataException>(() => CardPublicKey.FromSubjectPublicKeyInfo(info));
        Assert.Throws<InvalidDataException>(() => CardPublicKey.FromCard(card));
    }

    [Theory]
    [InlineData("00")]
    [InlineData("04")]
    [InlineData("05")]
    public void A_point_at_infinity_or_of_another_length_is_no_key(string first)
    {
        byte[] point = [.. Convert.FromHexString(first), .. new byte[first == "05" ? 96 : 0]];
        Assert.Throws<InvalidDataException>(() => CardPublicKey.FromCard([.. OnCard(_key)[..7], 0x86, (byte)point.Length, .. point]));
    }

    [Fact]
    public void Coordinates_are_numbers_below_the_prime()
    {
        byte[] card = OnCard(_key);
        card.AsSpan(^96..).Fill(0xFF);
        Assert.Throws<InvalidDataException>(() => CardPublicKey.FromCard(card));
    }

    [Fact]
    public void A_compressed_point_is_named_as_not_known()
    {
        byte[] card = OnCard(_key);
        CardPublicKey key = CardPublicKey.FromCard([.. card[..7], 0x86, 49, 0x02, .. card[^96..^48]]);
        Assert.Equal((false, "P-384 with a compressed point"), (key.IsKnown, key.Name));
    }

    public static TheoryData<string, byte[]> UnknownKeys()
    {
        using ECDsa p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256), p521 = ECDsa.Create(ECCurve.NamedCurves.nistP521),
            brainpool = ECDsa.Create(ECCurve.NamedCurves.brainpoolP384r1);
        using RSA small = RSA.Create(1024), large = RSA.Create(4096);
        return new()
        {
            { "P-256", p256.ExportSubjectPublicKeyInfo() },
            { "P-521", p521.ExportSubjectPublicKeyInfo() },
            { "brainpoolP384r1", brainpool.ExportSubjectPublicKeyInfo() },
            { "RSA-1024", small.ExportSubjectPublicKeyInfo() },
            { "RSA-4096", large.ExportSubjectPublicKeyInfo() },
            { "Ed25519", Info("1.3.101.112", null) },
            { "ML-DSA-65", Info("2.16.840.1.101.3.4.3.18", null) },
            { "2.999.1", Info("2.999.1", null) },
            { "EC without a named curve", Info("1.2.840.10045.2.1", writer => writer.PushSequence().Dispose()) },
            { "EC without a named curve", Info("1.2.840.10045.2.1", null) },
        };
    }

    [Theory]
    [MemberData(nameof(UnknownKeys))]
    public void Another_key_is_named_and_verifies_nothing(string name, byte[] info)
    {
        CardPublicKey key = CardPublicKey.FromSubjectPublicKeyInfo(info);
        Assert.Equal((name, false), (key.Name, key.IsKnown));
        Assert.False(key.Verifies(Message, []));
        Assert.False(key.VerifiesCertificate(Message, Sign(DSASignatureFormat.Rfc3279DerSequence)));
        Assert.False(key.VerifiesDigests([], []));
    }

    [Fact]
    public void A_long_identifier_is_cut()
    {
        string identifier = $"2.999.{string.Join('.', Enumerable.Repeat("12345", 12))}";
        Assert.Equal(41, CardPublicKey.FromSubjectPublicKeyInfo(Info(identifier, null)).Name.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("3000")]
    [InlineData("0500")]
    public void Other_bytes_are_no_key(string hex) =>
        Assert.Throws<InvalidDataException>(() => CardPublicKey.FromSubjectPublicKeyInfo(Convert.FromHexString(hex)));

    [Fact]
    public void A_trust_anchor_of_an_unknown_algorithm_is_refused_with_its_name()
    {
        using ECDsa p521 = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        byte[] key = p521.ExportSubjectPublicKeyInfo();
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => new CardTrust([new(new string('6', 32), key)], []));
        Assert.Contains("P-521", refused.Message, StringComparison.Ordinal);
        CertificateRequest request = new("CN=CA", p521, HashAlgorithmName.SHA512);
        DateTimeOffset day = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using X509Certificate2 authority = request.CreateSelfSigned(day, day.AddYears(1));
        Assert.Throws<InvalidDataException>(() => new CardTrust([], [authority.RawData]));
    }

    /// <summary><c>06 curve 86 point</c>.</summary>
    private static byte[] OnCard(ECDsa key)
    {
        ECPoint point = key.ExportParameters(false).Q;
        return [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22, 0x86, 97, 0x04, .. point.X!, .. point.Y!];
    }

    private static byte[] Info(string algorithm, Action<AsnWriter>? parameters)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(algorithm);
                parameters?.Invoke(writer);
            }

            writer.WriteBitString(new byte[32]);
        }

        return writer.Encode();
    }

    private byte[] Sign(DSASignatureFormat format) => _key.SignData(Message, HashAlgorithmName.SHA384, format);

    private byte[] Made(string what)
    {
        byte[] good = Sign(DSASignatureFormat.IeeeP1363FixedFieldConcatenation), zero = new byte[48];
        byte[] order = Convert.FromHexString(
            "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973");
        using RSA rsa = RSA.Create(2048);
        return what switch
        {
            "empty" => [],
            "cut" => good[..^1],
            "longer" => [.. good, 0],
            "r zero" => [.. zero, .. good[48..]],
            "s zero" => [.. good[..48], .. zero],
            "both zero" => [.. zero, .. zero],
            "r order" => [.. order, .. good[48..]],
            "s order" => [.. good[..48], .. order],
            "SHA-256" => _key.SignData(Message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            "DER" => Sign(DSASignatureFormat.Rfc3279DerSequence),
            "RSA" => rsa.SignData(Message, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "other message" => _key.SignData([9], HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            "swapped" => [.. good[48..], .. good[..48]],
            _ => throw new ArgumentException(what, nameof(what)),
        };
    }
}
