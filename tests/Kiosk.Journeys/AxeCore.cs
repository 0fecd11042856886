using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Playwright;

namespace Kiosk.Journeys;

/// <summary>
/// axe-core (MPL-2.0), for tests only. npm fetches it once into artifacts/. Its version and its registry integrity value are
/// pinned.
/// </summary>
public static class AxeCore
{
    private const string Version = "4.14.1";
    private const string Sha512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==";

    private static readonly SemaphoreSlim One = new(1);

    /// <returns>The script, or null if it cannot be fetched.</returns>
    /// <exception cref="InvalidDataException">The package does not have the pinned digest.</exception>
    public static async Task<string?> ScriptAsync()
    {
        string folder = Path.Combine(Repository.Root, "artifacts", "axe"), package = Path.Combine(folder, $"axe-core-{Version}.tgz");
        Directory.CreateDirectory(folder);
        await One.WaitAsync();
        try
        {
            if (!File.Exists(package) && !await FetchAsync(folder)) return null;
            byte[] bytes = await File.ReadAllBytesAsync(package);
            if (Convert.ToBase64String(SHA512.HashData(bytes)) != Sha512)
                throw new InvalidDataException($"{package} is not axe-core {Version}; delete it");
            return await UnpackAsync(bytes);
        }
        finally
        {
            One.Release();
        }
    }

    // The page, and every box on it that scrolls: staff do not look for what is beyond the right edge.
    private const string TooWide =
        """
        () => [document.documentElement, ...document.querySelectorAll("body *")]
          .filter(e => e === document.documentElement || /auto|scroll/.test(getComputedStyle(e).overflowX))
          .filter(e => e.scrollWidth > e.clientWidth + 1)
          .map(e => `${e.tagName} ${e.id} ${e.className}: ${e.scrollWidth} px in ${e.clientWidth}`)
        """;

    /// <summary>Fails when axe finds a violation (where it can be fetched) or something is beyond the right edge.</summary>
    /// <param name="name">Of the page, for the message.</param>
    public static async Task CheckPageAsync(IPage page, string name)
    {
        await CheckWidthAsync(page, name);
        if (await ScriptAsync() is not { } axe) return;
        await page.EvaluateAsync(axe);
        string found = await page.EvaluateAsync<string>(
            """
            async () => JSON.stringify((await axe.run()).violations
              .map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).join(', ')))
            """);
        Assert.True(JsonSerializer.Deserialize<string[]>(found)!.Length == 0, $"{name}: {found}");
    }

    /// <summary>Fails when something is beyond the right edge of the page or of a box that scrolls.</summary>
    /// <param name="name">Of the page, for the message.</param>
    public static async Task CheckWidthAsync(IPage page, string name)
    {
        string[] wide = await page.EvaluateAsync<string[]>(TooWide);
        Assert.True(wide.Length == 0, $"{name}: wider than its box: {string.Join(", ", wide)}");
    }

    private static async Task<bool> FetchAsync(string folder)
    {
        try
        {
            using Process npm = Process.Start(
                new ProcessStartInfo("npm", ["pack", $"axe-core@{Version}", "--silent", "--pack-destination", folder])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    WorkingDirectory = folder,
                })!;
            await npm.WaitForExitAsync();
            return npm.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task<string> UnpackAsync(byte[] package)
    {
        using MemoryStream bytes = new(package);
        using GZipStream unzipped = new(bytes, CompressionMode.Decompress);
        using TarReader files = new(unzipped);
        while (await files.GetNextEntryAsync() is TarEntry entry)
        {
            if (entry.Name != "package/axe.min.js") continue;
            using StreamReader text = new(entry.DataStream!);
            return await text.ReadToEndAsync();
        }
        throw new InvalidDataException("axe.min.js");
    }
}
