namespace Kiosk.Image;

/// <summary>The keys of a release can be in a PKCS#11 token, which <c>NAME.uri</c> names.</summary>
public sealed class SigningTests
{
    private const string First = "1.0.0", Signed = "1.0.1";

    [SkippableFact]
    public void Keys_in_a_token_sign_boot_loader_kernel_bundle_digests_and_orders()
    {
        Skip.IfNot(Product.SkipReason is null, Product.SkipReason);
        Product.Build("uki", "--profile", "vm", "--version", First);
        string token = Path.Combine(Product.Artifacts, "token"), keys = Path.Combine(token, "keys");
        (string Name, string Value)[] module = [.. Script("image-build/keys/softhsm.sh", [Product.Keys, token]).Trim().Split(' ')
            .Select(pair => (pair.Split('=')[0], pair.Split('=')[1]))];
        Assert.Equal(["pcr.key"], Directory.GetFiles(keys, "*.key").Select(f => Path.GetFileName(f)!));

        // The build verifies these signatures itself; here they are verified again with the certificates alone.
        Script("image-build/build.sh", ["--profile", "vm", "--version", Signed, "--keys", keys], module);
        string work = Path.Combine(Product.Artifacts, $"work/vm-{Signed}"), made = Path.Combine(Product.Artifacts, "vm", Signed);
        foreach (string program in (string[])["loader", "kiosk", "recovery"])
            Tool("sbverify", "--cert", Path.Combine(keys, "db.crt"), Path.Combine(work, program + ".efi"));
        Tool("rauc", "info", $"--keyring={Path.Combine(keys, "update-ca.crt")}", Path.Combine(made, $"kiosk-{Signed}.raucb"));
        Verify("release", Path.Combine(made, "SHA256SUMS.p7s"), "-content", Path.Combine(made, "SHA256SUMS"));

        string request = Path.Combine(token, "kiosk-1.csr");
        Tool("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", Path.Combine(token, "kiosk-1.key"), "-subj", "/CN=kiosk-1", "-out", request);
        Script("image-build/provision/provision.sh", ["--csr", request, "--wipe", "--keys", keys, "--out", token], module);
        Assert.Contains("wipe kiosk-1", Verify("provision", Path.Combine(token, "kiosk-1.wipe")), StringComparison.Ordinal);

        string Verify(string signer, string signed, params string[] more) => Tool("openssl",
            ["cms", "-verify", "-binary", "-inform", "DER", "-in", signed, "-CAfile", Path.Combine(keys, $"{signer}-ca.crt"),
                "-purpose", "any", .. more]);
    }

    private static string Script(string script, string[] arguments, params (string, string)[] environment) =>
        Product.RunToSuccess(Path.Combine(Product.Root, script), arguments, environment);

    private static string Tool(string program, params string[] arguments) => Product.RunToSuccess(program, arguments);
}
