using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Kiosk.Image;

/// <summary>Gives a device a certificate in the last third of its validity, so that the device renews it at once.</summary>
public static class OldCertificate
{
    /// <param name="answer">File that <c>reception pair</c> wrote; changed in place.</param>
    /// <param name="pki">Folder with ca.pem and ca.key of the issuing CA.</param>
    public static void Put(string answer, string pki)
    {
        JsonNode outer = JsonNode.Parse(File.ReadAllText(answer))!;
        JsonNode content = JsonNode.Parse(Convert.FromBase64String(outer["content"]!.GetValue<string>()))!;
        using X509Certificate2 ca = X509Certificate2.CreateFromPemFile(Path.Combine(pki, "ca.pem"), Path.Combine(pki, "ca.key"));
        using X509Certificate2 issued = X509Certificate2.CreateFromPem(content["certificate"]!.GetValue<string>());
        CertificateRequest again = new(issued.SubjectName, issued.PublicKey, HashAlgorithmName.SHA256);
        foreach (X509Extension extension in issued.Extensions) again.CertificateExtensions.Add(extension);
        // The CA's validity began a day ago, so 24 of the certificate's 30 hours have passed.
        DateTimeOffset end = TimeProvider.System.GetUtcNow().AddHours(6);
        using X509Certificate2 old = again.Create(ca, ca.NotBefore, end, RandomNumberGenerator.GetBytes(16));
        content["certificate"] = old.ExportCertificatePem();
        outer["content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(content.ToJsonString()));
        File.WriteAllText(answer, outer.ToJsonString());
    }
}
