using System.Security.Cryptography.X509Certificates;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Pki;

namespace Kiosk.ReceptionTerminal;

/// <summary>
/// The server's certificate and key, taken anew when their files change (<c>reception rotate</c>): connections that are open stay
/// as they are, each new one gets the new key. Files that do not fit leave the old one in use. Where the CA's key is at hand the
/// next key takes over by itself at two thirds of the certificate's life: nobody has to think of it.
/// </summary>
internal sealed class ServerKey : IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(5);

    /// <summary>Before the certificate ends; kiosks that do not know the next key are not waited for any longer.</summary>
    private static readonly TimeSpan s_lastResort = TimeSpan.FromDays(7);

    private readonly ReceptionOptions _options;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private readonly TimeProvider _time;
    private readonly PkiFolder? _pki;
    private readonly List<X509Certificate2> _used = [];
    private DateTimeOffset _warned;
    private (DateTime, DateTime) _seen;

    /// <exception cref="StartException">The files cannot be used.</exception>
    public ServerKey(ReceptionOptions options, TimeProvider time, ILogger log)
    {
        (_options, _time, _log) = (options, time, log);
        // Another server's files are for whoever made them to replace.
        if (options.Renewal is { } dir && new PkiFolder(dir) is var pki && pki.Certificate("server") == Path.GetFullPath(options.CertificateFile)) _pki = pki;
        _pki?.Finish();
        _seen = Times();
        _used.Add(ServerFiles.Server(options));
        _timer = time.CreateTimer(_ => Look(), null, s_look, s_look);
    }

    public X509Certificate2 Now
    {
        get
        {
            lock (_used) return _used[^1];
        }
    }

    /// <summary>Also called by the timer; never throws.</summary>
    public void Look()
    {
        lock (_used)
        {
            if (_pki is not null && IsDue) Replace(_pki);
            if (Times() is var times && times == _seen) return;
            try
            {
                X509Certificate2 next = ServerFiles.Server(_options);
                _seen = times;
                if (next.Thumbprint == Now.Thumbprint)
                {
                    next.Dispose();
                    return;
                }

                // The old one is in use by handshakes under way: kept to the end.
                _used.Add(next);
                Log.ServerKey(_log, LinkTrust.Pin(next));
            }
            catch (StartException)
            {
                // Half written: certificate and key change one after the other. Looked at again.
                Log.ServerKey(_log, "files do not fit yet; the old key stays");
            }
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_used) _used.ForEach(c => c.Dispose());
    }

    private bool IsDue => _used[^1] is var now && _time.GetUtcNow() >= now.NotBefore + ((now.NotAfter - now.NotBefore) * 2 / 3);

    private void Replace(PkiFolder pki)
    {
        try
        {
            // A kiosk that was away for weeks must not keep the others from a valid certificate.
            pki.Rotate(_time, force: _time.GetUtcNow() >= Now.NotAfter - s_lastResort);
        }
        catch (StartException)
        {
            // ca.key is elsewhere, the disk is full, or a kiosk does not know the next key. Said once a day until it is done.
            if (_time.GetUtcNow() - _warned < TimeSpan.FromDays(1)) return;
            _warned = _time.GetUtcNow();
            Log.ServerKey(_log, "due to be replaced, and cannot be yet: \"reception rotate\" tells why");
        }
    }

    private (DateTime, DateTime) Times() => (File.GetLastWriteTimeUtc(_options.CertificateFile), File.GetLastWriteTimeUtc(_options.KeyFile));
}
