using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Kiosk.Devices.FaceEngine.Models;

/// <summary>One pinned npm package, fetched with <c>npm pack</c> or, where npm is absent, by HTTPS from the configured registry.</summary>
/// <param name="name">With scope, for example <c>@vladmandic/human</c>.</param>
/// <param name="version">Exact.</param>
/// <param name="integrity"><c>sha512-BASE64</c> of the tarball; anything else is refused.</param>
internal sealed class NpmPackage(string name, string version, string integrity)
{
    /// <summary>The tarball in the cache; fetched if it is missing, and verified in both cases.</summary>
    /// <exception cref="InvalidDataException">The digest differs.</exception>
    public async Task<string> FetchAsync(string cache, CancellationToken stop)
    {
        Directory.CreateDirectory(cache);
        string tarball = Path.Combine(cache, $"{name.TrimStart('@').Replace('/', '-')}-{version}.tgz");
        if (!File.Exists(tarball) && !await PackAsync(cache, tarball, stop)) await DownloadAsync(tarball, stop);
        string found = "sha512-" + Convert.ToBase64String(SHA512.HashData(await File.ReadAllBytesAsync(tarball, stop)));
        if (found == integrity) return tarball;
        File.Delete(tarball);
        throw new InvalidDataException($"{name} {version}: integrity {found}, expected {integrity}");
    }

    /// <summary>Reads files out of a tarball without unpacking it.</summary>
    /// <param name="wanted">Paths inside the package, without the leading <c>package/</c>.</param>
    public static Dictionary<string, byte[]> Read(string tarball, IReadOnlyCollection<string> wanted)
    {
        using FileStream file = File.OpenRead(tarball);
        using GZipStream gzip = new(file, CompressionMode.Decompress);
        using TarReader tar = new(gzip);
        Dictionary<string, byte[]> found = [];
        while (tar.GetNextEntry() is { } entry)
        {
            string path = entry.Name.StartsWith("package/", StringComparison.Ordinal) ? entry.Name[8..] : entry.Name;
            if (entry.DataStream is null || !wanted.Contains(path)) continue;
            using MemoryStream bytes = new();
            entry.DataStream.CopyTo(bytes);
            found[path] = bytes.ToArray();
        }

        string[] absent = [.. wanted.Where(w => !found.ContainsKey(w))];
        return absent.Length == 0 ? found : throw new InvalidDataException($"{tarball}: no {string.Join(", ", absent)}");
    }

    private static async Task<(bool Ran, string Output)> NpmAsync(string folder, CancellationToken stop, params string[] arguments)
    {
        // npm is a batch file on Windows and cannot be started by its bare name there.
        ProcessStartInfo start = OperatingSystem.IsWindows() ? new("cmd.exe", ["/c", "npm", .. arguments]) : new("npm", arguments);
        start.WorkingDirectory = folder;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> quiet = process.StandardError.ReadToEndAsync(stop);
            string output = await process.StandardOutput.ReadToEndAsync(stop);
            await quiet;
            await process.WaitForExitAsync(stop);
            return (process.ExitCode == 0, output.Trim());
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (false, "");
        }
    }

    private async Task<bool> PackAsync(string cache, string tarball, CancellationToken stop) =>
        (await NpmAsync(cache, stop, "pack", $"{name}@{version}")).Ran && File.Exists(tarball);

    private async Task DownloadAsync(string tarball, CancellationToken stop)
    {
        string? registry = Environment.GetEnvironmentVariable("npm_config_registry");
        if (string.IsNullOrEmpty(registry))
        {
            (bool ran, string configured) = await NpmAsync(".", stop, "config", "get", "registry");
            registry = ran && configured.StartsWith("https://", StringComparison.Ordinal) ? configured : "https://registry.npmjs.org/";
        }

        Uri address = new($"{registry.TrimEnd('/')}/{name}/-/{name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]}-{version}.tgz");
        using HttpClient http = new();
        byte[] bytes = await http.GetByteArrayAsync(address, stop);
        string partial = tarball + ".part";
        await File.WriteAllBytesAsync(partial, bytes, stop);
        File.Move(partial, tarball, overwrite: true);
    }
}
