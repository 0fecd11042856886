using System.Diagnostics;
using System.Security.Cryptography;
using Kiosk.Simulators.CardReader;

namespace Kiosk.Processes.Cards;

/// <summary>The virtual card checked by an independent program: OpenSC, in its own processes.</summary>
public sealed class OpenScTests
{
    private static string? Missing =>
        PrivatePcscd.WhyNot() ?? (File.Exists("/usr/bin/pkcs15-tool") && File.Exists("/usr/bin/openssl")
            ? null : "opensc or openssl is missing");

    [SkippableFact]
    public async Task OpenSC_reads_the_card_and_its_signature_verifies()
    {
        Skip.IfNot(Missing is null, Missing);
        await using PrivatePcscd pcscd = await PrivatePcscd.StartAsync(PcscDesk.Options, CancellationToken.None);
        await pcscd.SendAsync("insert standard", CancellationToken.None);
        string directory = Path.GetDirectoryName(pcscd.SocketPath)!;

        await CardSeen(pcscd);
        string dump = await Run(pcscd, "pkcs15-tool", "--dump");
        Assert.Contains("User Authentication PIN", dump, StringComparison.Ordinal);
        Assert.Contains("Tries left     : 3", dump, StringComparison.Ordinal);

        byte[] message = "the reception's challenge"u8.ToArray();
        byte[] digestInfo = [.. Convert.FromHexString("3031300D060960864801650304020105000420"), .. SHA256.HashData(message)];
        await File.WriteAllBytesAsync(Path.Combine(directory, "message"), message);
        await File.WriteAllBytesAsync(Path.Combine(directory, "info"), digestInfo);
        await Run(
            pcscd, "pkcs15-crypt", "--sign", "--key", "1", "--pin", "1234", "--pkcs1", "--raw",
            "--input", Path.Combine(directory, "info"), "--output", Path.Combine(directory, "signature"));
        await File.WriteAllTextAsync(Path.Combine(directory, "cert.pem"), await Run(pcscd, "pkcs15-tool", "--read-certificate", "1"));
        string key = await Run(pcscd, "openssl", "x509", "-in", Path.Combine(directory, "cert.pem"), "-pubkey", "-noout");
        await File.WriteAllTextAsync(Path.Combine(directory, "key.pem"), key);
        string verdict = await Run(
            pcscd, "openssl", "dgst", "-sha256", "-verify", Path.Combine(directory, "key.pem"),
            "-signature", Path.Combine(directory, "signature"), Path.Combine(directory, "message"));
        Assert.Contains("Verified OK", verdict, StringComparison.Ordinal);
    }

    /// <summary>
    /// pcscd notices a card up to 0.4 s late. pkcs15-tool --wait does not notice a card that is inserted just before it, and then waits
    /// for ever.
    /// </summary>
    private static async Task CardSeen(PrivatePcscd pcscd)
    {
        for (int i = 0; i < 300 && !(await Run(pcscd, "opensc-tool", "--list-readers")).Contains("Yes", StringComparison.Ordinal); i++)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
    }

    private static async Task<string> Run(PrivatePcscd pcscd, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[PrivatePcscd.SocketVariable] = pcscd.SocketPath;
        using Process process = Process.Start(start)!;
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(120));
        using CancellationTokenRegistration killing = patience.Token.Register(process.Kill);
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        string output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        Assert.True(process.ExitCode == 0, $"{program}: {output}{await error}");
        return output + await error;
    }
}
