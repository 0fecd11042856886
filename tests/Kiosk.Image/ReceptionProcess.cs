using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Kiosk.Image;

/// <summary>The reception terminal, outside the machine, and the receptionist's browser.</summary>
public sealed class ReceptionProcess : IDisposable
{
    public const string Program = "Kiosk.ReceptionTerminal/debug/reception.dll";

    private readonly Process _process;
    private readonly HttpClient _browser = new(new SocketsHttpHandler { CookieContainer = new CookieContainer() })
    {
        Timeout = TimeSpan.FromMinutes(2),
    };

    private readonly Uri _root;

    // Signs the browser in; works once.
    private Uri? _signIn;

    /// <param name="config">Its configuration file.</param>
    public ReceptionProcess(string config)
    {
        const string label = "page: ";
        _process = Product.Start(Program, Path.GetDirectoryName(config)!, "run", "--config", config);
        string? line;
        do
        {
            line = _process.StandardOutput.ReadLine();
            Assert.True(line is not null, $"the reception did not start: {(line is null ? _process.StandardError.ReadToEnd() : "")}");
        }
        while (!line!.Contains(label, StringComparison.Ordinal));
        _signIn = new Uri(line[(line.IndexOf(label, StringComparison.Ordinal) + label.Length)..].Trim());
        _root = new Uri(_signIn, "/");
        // Its output is read to the end, so that it never blocks on a full pipe.
        _ = _process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>Everything that the receptionist's page shows, as JSON.</summary>
    public JsonDocument Page()
    {
        if (_signIn is not null) Assert.True(_browser.GetAsync(_signIn).GetAwaiter().GetResult().IsSuccessStatusCode);
        _signIn = null;
        using Stream feed = _browser.GetStreamAsync(new Uri(_root, "/feed")).GetAwaiter().GetResult();
        using StreamReader lines = new(feed);
        string? line;
        while ((line = lines.ReadLine()) is not null)
            if (line.StartsWith("data: ", StringComparison.Ordinal)) return JsonDocument.Parse(line["data: ".Length..]);
        throw new InvalidOperationException("the feed of the page ended");
    }

    public void Dispose()
    {
        Product.End(_process);
        _browser.Dispose();
    }
}
