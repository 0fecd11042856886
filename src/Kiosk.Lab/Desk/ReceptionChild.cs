using System.Diagnostics;
using System.Text.Json;
using Kiosk.Core.Failures;

namespace Kiosk.Lab.Desk;

/// <summary>The reception terminal as a child process, with a CA that is made for this run only.</summary>
internal sealed class ReceptionChild : IAsyncDisposable
{
    /// <summary>The facility's code for visual identity checks by staff (目視).</summary>
    public const string StaffCode = "246810";

    /// <summary>Folder next to the configuration file, with the files of the simulated institution.</summary>
    public const string InstitutionFolder = "institution";

    /// <summary>What the simulated centre answers now; see <see cref="Simulators.Centre.CentreOrder"/>.</summary>
    private const string CentreFile = "centre.json";

    private readonly Process _process;

    private ReceptionChild(Process process, string folder, int linkPort, Uri page) =>
        (_process, Folder, LinkPort, Page) = (process, folder, linkPort, page);

    /// <summary>Folder with ca.pem and the kiosk's certificate and key.</summary>
    public string Folder { get; }

    public int LinkPort { get; }

    public Simulators.Centre.CentreOrder Centre { get; private set; } = new();

    /// <summary>From the next question on.</summary>
    public void OrderCentre(Simulators.Centre.CentreOrder order)
    {
        order.WriteTo(Path.Combine(Folder, CentreFile));
        Centre = order;
    }

    /// <summary>Address of the reception page with a token that signs one browser in; another one after it was used.</summary>
    public Uri Page { get; private set; }

    /// <summary>A browser signed in, and <see cref="Page"/> is a new address.</summary>
    public event Action<Uri>? NextPage;

    /// <param name="jpkiCas">DER of the CAs of the simulated cards, by name. The reception checks the chain of each card's certificate, as
    /// with real cards.</param>
    /// <param name="pharmacy">The site dispenses prescriptions instead of writing them.</param>
    public static async Task<ReceptionChild> StartAsync(
        string folder, string kiosk, IReadOnlyDictionary<string, byte[]> jpkiCas, int pagePort, bool pharmacy, CancellationToken stop)
    {
        await RunAsync("", stop, "pki", "--dir", folder, "--name", "localhost", "--name", "127.0.0.1", "--kiosk", kiosk);
        foreach ((string name, byte[] der) in jpkiCas) await File.WriteAllBytesAsync(Path.Combine(folder, $"jpki-{name}.der"), der, stop);
        string config = Path.Combine(folder, "reception.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            database = "reception.db",
            caFile = "ca.pem",
            certificateFile = "server.pem",
            keyFile = "server.key",
            listen = "127.0.0.1",
            port = 0,
            jpkiCaFiles = jpkiCas.Keys.Select(name => $"jpki-{name}.der"),
            cardFaceCaFiles = Directory.GetFiles(folder, "cv-*.pem").Select(Path.GetFileName),
            staffCodeFile = "staff-codes.json",
            // A site whose policy asks all questions.
            site = new
            {
                asksPmh = true,
                asksPrescriptionForm = !pharmacy,
                asksLetters = !pharmacy,
                dispensesPrescriptions = pharmacy,
                phones = new[] { "android", "iphone" },
            },
            oqs = new { institution = "1312345678", face = "OQS/Face", requests = "OQS/Req", results = "OQS/Res" },
            desk = new { port = pagePort },
        }), stop);
        await RunAsync(StaffCode + "\n", stop, "staff-code", "--config", config, "--set", "desk-nurse");
        Process process = Start(LabFiles.Lab, "reception", "run", "--config", config, "--institution",
            Path.Combine(folder, InstitutionFolder), "--centre-file", Path.Combine(folder, CentreFile));
        try
        {
            string port = await LineAsync(process, "link port: ", stop);
            string page = await LineAsync(process, "page: ", stop);
            ReceptionChild child =
                new(process, folder, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), new Uri(page));
            _ = child.FollowAsync();
            return child;
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>Until the process ends.</summary>
    private async Task FollowAsync()
    {
        const string Next = "page (next sign-in): ";
        while (await _process.StandardOutput.ReadLineAsync(CancellationToken.None) is string line)
        {
            if (!line.StartsWith(Next, StringComparison.Ordinal)) continue;
            Page = new Uri(line[Next.Length..]);
            try
            {
                NextPage?.Invoke(Page);
            }
            catch (IOException)
            {
                // The console is closed. The pipe must still be emptied, or the reception would wait for it.
            }
        }
    }

    private static async Task<string> LineAsync(Process process, string prefix, CancellationToken stop)
    {
        while (await process.StandardOutput.ReadLineAsync(stop) is string line)
            if (line.StartsWith(prefix, StringComparison.Ordinal)) return line[prefix.Length..];
        throw new FailureException(Failure.ConfigBroken, "the reception terminal did not start; the line above says why");
    }

    private static async Task RunAsync(string input, CancellationToken stop, params string[] arguments)
    {
        using Process process = Start(LabFiles.Reception, arguments);
        await process.StandardInput.WriteAsync(input.AsMemory(), stop);
        process.StandardInput.Close();
        await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        if (process.ExitCode != 0)
            throw new FailureException(
                Failure.ConfigBroken, $"reception {arguments[0]} ended with exit code {process.ExitCode}; the line above says why");
    }

    private static Process Start(string dll, params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [dll, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true })
        ?? throw new InvalidOperationException("dotnet could not be started");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process.Dispose();
    }
}
