using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kiosk.Simulators.CardReader;

/// <summary>
/// A key pair of a virtual card, of an issuer or of a CA, which signs as a card does. Kiosk and reception know RSA-2048 and P-384. The
/// others make cards that they must name as not known.
/// </summary>
internal abstract class SimulatedKey : IDisposable
{
    public const string Rsa2048 = "RSA-2048";
    public const string P384 = "P-384";

    /// <summary>The names that a card file can have in <c>algorithm</c>.</summary>
    public static IReadOnlyList<string> Algorithms { get; } =
        [Rsa2048, P384, "P-521", "brainpoolP384r1", "RSA-4096", SimulatedEd25519Key.Name];

    /// <summary>The key for a certificate.</summary>
    public abstract PublicKey X509 { get; }

    /// <summary>Makes the signature of certificates that this key issues.</summary>
    public abstract X509SignatureGenerator Issuing { get; }

    /// <summary>The digest that goes with this key.</summary>
    public abstract HashAlgorithmName Hash { get; }

    /// <summary>In the form in which a card writes a key. <see cref="Kiosk.Core.Cards.CardPublicKey.FromCard"/> reads it.</summary>
    public abstract byte[] Public { get; }

    /// <param name="algorithm">One of <see cref="Algorithms"/>.</param>
    /// <param name="pem">A private key that was made before; null: makes a new one.</param>
    /// <exception cref="ArgumentException">Another algorithm.</exception>
    public static SimulatedKey Make(string algorithm, string? pem)
    {
        switch (algorithm)
        {
            case Rsa2048 or "RSA-4096":
                RSA rsa = RSA.Create(algorithm == Rsa2048 ? 2048 : 4096);
                if (pem is not null) rsa.ImportFromPem(pem);
                return new SimulatedRsaKey(rsa);
            case P384 or "P-521" or "brainpoolP384r1":
                ECDsa key = ECDsa.Create(algorithm switch
                {
                    P384 => ECCurve.NamedCurves.nistP384,
                    "P-521" => ECCurve.NamedCurves.nistP521,
                    _ => ECCurve.NamedCurves.brainpoolP384r1,
                });
                if (pem is not null) key.ImportFromPem(pem);
                return new SimulatedEcKey(key, algorithm == "P-521" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA384);
            case SimulatedEd25519Key.Name:
                return new SimulatedEd25519Key();
            default:
                throw new ArgumentException($"algorithm: allowed: {string.Join(", ", Algorithms)}", nameof(algorithm));
        }
    }

    /// <summary>PEM of the private key; null: it has none and never signs.</summary>
    public abstract string? ExportPrivateKey();

    /// <summary>What the card answers to SIGN.</summary>
    /// <param name="input">As it came with the command.</param>
    /// <returns>Null: wrong length.</returns>
    public abstract byte[]? SignInput(ReadOnlySpan<byte> input);

    /// <summary>Signs as the issuer of a CV certificate.</summary>
    public abstract byte[] SignMessage(byte[] message);

    /// <summary>Signs the card-face record: the digest of each group (src/Kiosk.Core/Cards/README.md section 5).</summary>
    public abstract byte[] SignGroups(params ReadOnlySpan<byte[]> groups);

    public abstract void Dispose();
}
