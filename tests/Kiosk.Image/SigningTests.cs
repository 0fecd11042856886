namespace Kiosk.Image;

/// <summary>A release's keys need not lie in files: <c>NAME.uri</c> names one in a PKCS#11 token.</summary>
public sealed class SigningTests
{
    private const string First = "1.0.0", Signed = "1.0.1";

    [SkippableFact]
    public void Keys_that_never_leave_a_token_sign_loader_kernel_bundle_digests_and_orders()
    {
        Skip.IfNot(Product.WhyNot is null, Product.WhyNot);
        Product.Build("uki", "--profile", "vm", "--version", First);
        string token = Path.Combine(Product.Artifacts, "token"), keys = Path.Combine(token, "keys");
        (string Name, string Value)[] module = [.. Done("image-build/keys/softhsm.sh", [Product.Keys, token]).Trim().Split(' ').Select(pair => (pair.Split('=')[0], pair.Split('=')[1]))];
        Assert.Empty(Directory.GetFiles(keys, "*.key"));

        // The build itself verifies the kernels, the bundle and the digests; once more here, with nothing but the certificates.
        Done("image-build/build.sh", ["--profile", "vm", "--version", Signed, "--keys", keys], module);
        string work = Path.Combine(Product.Artifacts, $"work/vm-{Signed}"), made = Path.Combine(Product.Artifacts, "vm", Signed);
        foreach (string program in (string[])["loader", "kiosk", "recovery"]) Tool("sbverify", "--cert", Path.Combine(keys, "db.crt"), Path.Combine(work, program + ".efi"));
        Tool("rauc", "info", $"--keyring={Path.Combine(keys, "update-ca.crt")}", Path.Combine(made, $"kiosk-{Signed}.raucb"));
        Verify("release", Path.Combine(made, "SHA256SUMS.p7s"), "-content", Path.Combine(made, "SHA256SUMS"));

        string request = Path.Combine(token, "kiosk-1.csr");
        Tool("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", Path.Combine(token, "kiosk-1.key"), "-subj", "/CN=kiosk-1", "-out", request);
        Done("image-build/provision/provision.sh", ["--csr", request, "--wipe", "--keys", keys, "--out", token], module);
        Assert.Contains("wipe kiosk-1", Verify("provision", Path.Combine(token, "kiosk-1.wipe")), StringComparison.Ordinal);

        string Verify(string who, string signed, params string[] more) =>
            Tool("openssl", ["cms", "-verify", "-binary", "-inform", "DER", "-in", signed, "-CAfile", Path.Combine(keys, $"{who}-ca.crt"), "-purpose", "any", .. more]);
    }

    private static string Done(string script, string[] arguments, params (string, string)[] environment)
    {
        (int exit, string said) = Product.Run(Path.Combine(Product.Root, script), arguments, environment);
        Assert.True(exit == 0, said);
        return said;
    }

    private static string Tool(string program, params string[] arguments)
    {
        (int exit, string said) = Product.Run(program, arguments);
        Assert.True(exit == 0, said);
        return said;
    }
}
