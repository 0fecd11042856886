using System.Security.Cryptography.X509Certificates;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Logging;

namespace Kiosk.ReceptionTerminal.Pki;

/// <summary>
/// The server's certificate and key. They are read again when their files change (<c>reception rotate</c>): open connections keep the
/// old key, each new one gets the new key. While the two files do not fit together, the old key stays in use. Where the CA's key is
/// available, the server's next key is put in use automatically after two thirds of the certificate's life.
/// </summary>
internal sealed class ServerKey : IDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(5);

    /// <summary>So long before the certificate ends the key is changed even when a kiosk does not know the next one.</summary>
    private static readonly TimeSpan _lastResort = TimeSpan.FromDays(7);

    private readonly ReceptionOptions _options;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private readonly TimeProvider _time;
    private readonly PkiFolder? _pki;
    private readonly List<X509Certificate2> _loaded = [];
    private DateTimeOffset _warned;
    private (DateTime, DateTime) _readAt;

    /// <exception cref="StartException">The files cannot be used.</exception>
    public ServerKey(ReceptionOptions options, TimeProvider time, ILogger log)
    {
        (_options, _time, _log) = (options, time, log);
        // Only when certificateFile is the server.pem of that folder. Other files are replaced by those who made them.
        if (options.Renewal is { } dir && new PkiFolder(dir) is var pki
            && pki.Certificate("server") == Path.GetFullPath(options.CertificateFile)) _pki = pki;
        _pki?.CompleteRotation();
        _readAt = WriteTimes();
        _loaded.Add(ServerFiles.Server(options));
        _timer = time.CreateTimer(_ => Check(), null, _interval, _interval);
    }

    public X509Certificate2 Current
    {
        get
        {
            lock (_loaded) return _loaded[^1];
        }
    }

    /// <summary>Also called by the timer; never throws.</summary>
    public void Check()
    {
        lock (_loaded)
        {
            if (_pki is not null && IsDue) Replace(_pki);
            if (WriteTimes() is var times && times == _readAt) return;
            try
            {
                X509Certificate2 next = ServerFiles.Server(_options);
                _readAt = times;
                if (next.Thumbprint == Current.Thumbprint)
                {
                    next.Dispose();
                    return;
                }

                // Handshakes in progress still use the old one, so it is disposed only at the end.
                _loaded.Add(next);
                Log.ServerKey(_log, LinkTrust.Pin(next));
            }
            catch (StartException)
            {
                // Half written: certificate and key change one after the other. Tried again at the next check.
                Log.ServerKey(_log, "certificate and key do not fit together yet; the old key stays in use");
            }
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_loaded) _loaded.ForEach(c => c.Dispose());
    }

    private bool IsDue => _loaded[^1] is var now && _time.GetUtcNow() >= now.NotBefore + ((now.NotAfter - now.NotBefore) * 2 / 3);

    private void Replace(PkiFolder pki)
    {
        try
        {
            // A kiosk that was switched off for weeks must not let the certificate end for all the others.
            pki.Rotate(_time, force: _time.GetUtcNow() >= Current.NotAfter - _lastResort);
        }
        catch (StartException)
        {
            // ca.key is elsewhere, the disk is full, or a kiosk does not know the next key. Logged once a day until it is done.
            if (_time.GetUtcNow() - _warned < TimeSpan.FromDays(1)) return;
            _warned = _time.GetUtcNow();
            Log.ServerKey(_log, "due to be changed, but it cannot be changed yet; run \"reception rotate\" to see why");
        }
    }

    private (DateTime, DateTime) WriteTimes() =>
        (File.GetLastWriteTimeUtc(_options.CertificateFile), File.GetLastWriteTimeUtc(_options.KeyFile));
}
