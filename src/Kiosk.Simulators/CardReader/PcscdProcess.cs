using System.Diagnostics;
using System.Globalization;

namespace Kiosk.Simulators.CardReader;

/// <summary>
/// The pcscd of a private namespace, started by the card process. To unplug the reader, pcscd is restarted without a reader, because
/// vpcd cannot lose its reader while pcscd runs (src/Kiosk.Devices/CardReader/README.md, "Facts about PC/SC and the virtual reader").
/// A reader that is plugged in again has a new name, as real readers do.
/// </summary>
/// <param name="program">Path of pcscd.</param>
/// <param name="driver">Path of libifdvpcd.so.</param>
internal sealed class PcscdProcess(string program, string driver, TimeProvider time) : IDisposable
{
    private const string Run = "/run/pcscd";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private Process? _process;
    private int _plugged;

    public bool IsRunning => _process is { HasExited: false };

    public bool HasReader { get; private set; }

    /// <exception cref="TimeoutException">It did not open its socket within 10 s.</exception>
    public async Task StartAsync(bool withReader, CancellationToken stop)
    {
        Stop();
        // Delete the pid file of a killed pcscd. If a process with that pid exists, pcscd refuses to start.
        foreach (string name in (string[])["pcscd.comm", "pcscd.pid"]) File.Delete(Path.Combine(Run, name));
        string configuration = Path.Combine(Run, "reader.conf");
        await File.WriteAllTextAsync(configuration, withReader ? Reader(++_plugged) : "", stop);
        ProcessStartInfo start = new("/bin/sh") { RedirectStandardInput = true };
        foreach (string argument in (string[])["-c", "exec \"$0\" --foreground --config \"$1\" >>\"$2\" 2>&1 </dev/null", program,
            configuration, Path.Combine(Run, "pcscd.log")])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start) ?? throw new InvalidOperationException("sh");
        HasReader = withReader;

        long since = time.GetTimestamp();
        while (!File.Exists(Path.Combine(Run, "pcscd.comm")))
        {
            if (time.GetElapsedTime(since) > Patience || _process.HasExited)
                throw new TimeoutException("pcscd does not start; see pcscd.log");
            await Task.Delay(TimeSpan.FromMilliseconds(10), time, stop);
        }
    }

    /// <summary>Kills it without a clean shutdown, like a crash.</summary>
    public void Stop()
    {
        if (_process is null) return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
        HasReader = false;
    }

    public void Dispose() => Stop();

    private string Reader(int plugged) => string.Create(CultureInfo.InvariantCulture, $"""
        FRIENDLYNAME "Kiosk Virtual Reader {plugged}"
        DEVICENAME   /dev/null:0x{VpcdLink.Port:X4}
        LIBPATH      {driver}
        CHANNELID    0x{VpcdLink.Port:X4}

        """);
}
