using System.Security.Cryptography.X509Certificates;
using Kiosk.Contract;

namespace Kiosk.ReceptionTerminal;

/// <summary>
/// The server's certificate and key, taken anew when their files change (<c>reception rotate</c>): connections that are open stay
/// as they are, each new one gets the new key. Files that do not fit leave the old one in use.
/// </summary>
internal sealed class ServerKey : IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(5);

    private readonly ReceptionOptions _options;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private readonly List<X509Certificate2> _used = [];
    private (DateTime, DateTime) _seen;

    /// <exception cref="StartException">The files cannot be used.</exception>
    public ServerKey(ReceptionOptions options, TimeProvider time, ILogger log)
    {
        (_options, _log) = (options, log);
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

    private (DateTime, DateTime) Times() => (File.GetLastWriteTimeUtc(_options.CertificateFile), File.GetLastWriteTimeUtc(_options.KeyFile));
}
