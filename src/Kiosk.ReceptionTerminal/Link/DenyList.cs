using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Logging;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>
/// The kiosks that are refused although their certificate is valid. The list is read again when the configuration file changes, so that a
/// stolen kiosk is shut out without a restart. While the file is broken the last good list stays in use.
/// </summary>
internal sealed class DenyList : IDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(5);

    private readonly string? _file;
    private readonly ILogger _log;
    private readonly ITimer? _timer;
    private volatile HashSet<string> _denied;
    private DateTime _readAt;

    /// <param name="first">Ids, and pins of keys, as configured at the start.</param>
    /// <param name="file">The configuration file; null: the list never changes.</param>
    public DenyList(IEnumerable<string> first, string? file, TimeProvider time, ILogger log)
    {
        (_denied, _file, _log) = ([.. first], file, log);
        if (file is null) return;
        _readAt = File.GetLastWriteTimeUtc(file);
        _timer = time.CreateTimer(_ => Check(), null, _interval, _interval);
    }

    public bool Contains(string idOrPin) => _denied.Contains(idOrPin);

    public void Dispose() => _timer?.Dispose();

    private void Check()
    {
        DateTime written = File.GetLastWriteTimeUtc(_file!);
        if (written == _readAt) return;
        try
        {
            _denied = [.. ReceptionConfig.Load(_file!).DeniedKeys];
            Log.DenyList(_log, "read again");
        }
        catch (StartException)
        {
            // An editor may be half way through writing it. Noted as read, so that this is logged once for each change.
            Log.DenyList(_log, "the configuration file cannot be used; the last good list stays in use");
        }

        _readAt = written;
    }
}
