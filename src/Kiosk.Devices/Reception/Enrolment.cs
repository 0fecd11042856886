using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Kiosk.Contract;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.Reception;

/// <summary>
/// Pairing, on the kiosk's side. The key is made here and never leaves the kiosk; the reception answers the request with a certificate.
/// The files of a working pairing are not changed before the new pairing is complete and checked.
/// </summary>
/// <param name="ca">PEM of the CA.</param>
/// <param name="certificate">PEM of the kiosk's certificate.</param>
/// <param name="key">PEM of its key. The folder is created if missing.</param>
public sealed class Enrolment(string ca, string certificate, string key)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    /// <param name="folder">Folder of kiosk.key, kiosk.pem and ca.pem.</param>
    public Enrolment(string folder)
        : this(Path.Combine(folder, "ca.pem"), Path.Combine(folder, "kiosk.pem"), Path.Combine(folder, "kiosk.key"))
    {
    }

    public string Ca => ca;

    public string Certificate => certificate;

    public string Key => key;

    private string NewKey => Key + ".new";

    /// <summary>Makes a new key and a request for it, PKCS#10 in DER. The key is kept in kiosk.key.new until the answer comes.</summary>
    /// <exception cref="FailureException">CertificateFileBroken: the folder cannot be written.</exception>
    public byte[] Request() => Files(() =>
    {
        SecretFile.MakeFolder(Path.GetDirectoryName(Path.GetFullPath(Key))!);
        using ECDsa made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        SecretFile.Write(NewKey, made.ExportPkcs8PrivateKeyPem() + "\n");
        // The name in it is nobody's: the reception gives the id.
        return new CertificateRequest("CN=kiosk", made, HashAlgorithmName.SHA256).CreateSigningRequest();
    });

    /// <summary>Pairs over the LAN with the code shown at the reception.</summary>
    /// <param name="reception">HOST:PORT of <c>reception pair</c>.</param>
    /// <param name="code">As returned by <see cref="PairingCode.Parse"/>.</param>
    /// <exception cref="FailureException">ReceptionUnreachable, ReceptionRefused (wrong or expired code), LinkNotTrusted (the answer is not
    /// from the reception), CertificateFileBroken.</exception>
    public async Task<Provisioning> PairAsync(string reception, string code, CancellationToken stop)
    {
        byte[] csr = Request(), secret = await Task.Run(() => PairingCode.Key(code), stop), server = [];
        try
        {
            using SocketsHttpHandler handler = new()
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                SslOptions = new SslClientAuthenticationOptions
                {
#pragma warning disable CA5398, CA5359 // TLS 1.3 only, on purpose. The proofs show whose key this is; the CA is not known yet.
                    EnabledSslProtocols = SslProtocols.Tls13,
                    RemoteCertificateValidationCallback = (_, shown, _, _) =>
                    {
                        server = ((X509Certificate2)shown!).PublicKey.ExportSubjectPublicKeyInfo();
                        return true;
                    },
#pragma warning restore CA5398, CA5359
                },
            };
            using HttpClient http = new(handler) { BaseAddress = new Uri($"https://{reception}"), Timeout = s_patience };
            // The proof needs the server's key, which only a connection shows. The first answer is not used.
            using (await http.GetAsync(new Uri("/", UriKind.Relative), stop))
            {
            }

            PairingRequest request = new(csr, PairingCode.Proof(secret, "kiosk", server, csr));
            using HttpResponseMessage response = await http.PostAsJsonAsync(
                new Uri("/pair", UriKind.Relative), request, SignedProvisioning.Json, stop);
            if (!response.IsSuccessStatusCode)
                throw new FailureException(
                    Failure.ReceptionRefused, "the code is wrong or has expired; use the code that \"reception pair\" shows now");
            SignedProvisioning? answer = await response.Content.ReadFromJsonAsync<SignedProvisioning>(SignedProvisioning.Json, stop);
            bool proven = answer?.Proof is not null
                && CryptographicOperations.FixedTimeEquals(
                    answer.Proof, PairingCode.Proof(secret, "reception", server, csr, answer.Content));
            return proven
                ? Take(answer!)
                : throw new FailureException(
                    Failure.LinkNotTrusted,
                    "the answer does not prove the code: another machine may be in between; try another cable, then pair by file");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            throw new FailureException(Failure.ReceptionUnreachable, $"{reception}: {e.Message}; is \"reception pair\" waiting there?", e);
        }
        catch (JsonException e)
        {
            throw new FailureException(Failure.LinkNotTrusted, "the answer is not from a reception", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Checks an answer against the waiting key and installs the files.</summary>
    /// <exception cref="FailureException">LinkNotTrusted, with what is wrong. The existing pairing is unchanged.</exception>
    public Provisioning Take(SignedProvisioning answer)
    {
        Provisioning paired = Put(answer);
        // The pins that were learnt belong to the previous pairing.
        File.Delete(PinFile.PathFor(Certificate));
        return paired;
    }

    /// <summary>Does the same with an answer from a working link: the CA must stay the same.</summary>
    /// <exception cref="FailureException">LinkNotTrusted, with what is wrong. Nothing is changed.</exception>
    internal void TakeRenewed(SignedProvisioning answer)
    {
        using X509Certificate2 known = Files(() => X509CertificateLoader.LoadCertificateFromFile(Ca)), told = Pem(Read(answer).Ca);
        if (!known.RawData.AsSpan().SequenceEqual(told.RawData)) throw Wrong("it is by another CA");
        Put(answer);
    }

    private Provisioning Put(SignedProvisioning answer)
    {
        Provisioning p = Read(answer);
        using X509Certificate2 issuer = Pem(p.Ca), leaf = Pem(p.Certificate);
        using ECDsa? caKey = issuer.GetECDsaPublicKey(), its = leaf.GetECDsaPublicKey();
        if (caKey?.VerifyData(answer.Content, answer.Signature, HashAlgorithmName.SHA256) != true)
            throw Wrong("its signature is not by its own CA");
        // Check at one minute after the certificate's start, because the clocks may differ; the link reports a wrong clock better.
        X509ChainStatusFlags fault = LinkTrust.Judge(leaf, [issuer], LinkTrust.ClientPurpose, leaf.NotBefore.AddMinutes(1));
        if (fault is not X509ChainStatusFlags.NoError)
            throw Wrong($"its certificate: {fault}");
        return Files(() =>
        {
            using ECDsa mine = ECDsa.Create();
            if (!File.Exists(NewKey)) throw Wrong("there is no open request on this kiosk; begin with kiosk enroll --request");
            mine.ImportFromPem(File.ReadAllText(NewKey));
            if (its is null || !its.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(mine.ExportSubjectPublicKeyInfo()))
                throw Wrong("it is for another kiosk's request, or for an older one of this kiosk");
            Write(Ca, p.Ca);
            // If the power fails between these two, the next start uses the new key beside the certificate (LinkCertificates).
            Write(Certificate, p.Certificate);
            File.Move(NewKey, Key, overwrite: true);
            return p;
        });
    }

    private static Provisioning Read(SignedProvisioning answer)
    {
        try
        {
            if (answer is { Content: not null, Signature: not null }
                && JsonSerializer.Deserialize<Provisioning>(answer.Content, SignedProvisioning.Json)
                    is { Kiosk: not null, Address: not null, Ca: not null, Certificate: not null, Pins: not null } p
                && Uri.TryCreate(p.Address, UriKind.Absolute, out Uri? address) && address.Scheme == Uri.UriSchemeHttps)
                return p;
        }
        catch (JsonException)
        {
            // The same error for everything that is not a valid answer.
        }
        throw Wrong("it is not an answer of a reception");
    }

    private static X509Certificate2 Pem(string pem)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException)
        {
            throw Wrong("a certificate in it cannot be read");
        }
    }

    /// <summary>For certificates and pins: nothing secret.</summary>
    internal static void Write(string file, string text) => DurableFile.Replace(file, System.Text.Encoding.UTF8.GetBytes(text + "\n"));

    private T Files<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new FailureException(Failure.CertificateFileBroken, $"{Path.GetDirectoryName(Path.GetFullPath(Key))}: {e.Message}", e);
        }
    }

    private static FailureException Wrong(string what) => new(Failure.LinkNotTrusted, $"the pairing's answer: {what}");
}
