using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Kiosk.ReceptionTerminal.Pairing;

/// <summary>
/// Waits on its own port for the one kiosk on which a technician types the code. Both sides prove that they know the code, over the
/// server's key, so that a machine between them is detected. A stranger's posts do not end the pairing: the code has 60 random bits, so
/// <see cref="MaxWrongCodes"/> guesses find it with a chance of 1 in 10^14. No address can hold all connections.
/// </summary>
internal sealed class PairingHost : IAsyncDisposable
{
    private const int MaxWrongCodes = 10_000;
    private const int MaxConnections = 256;
    private const int MaxConnectionsOfOneAddress = 4;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly WebApplication _web;
    private readonly KioskCertificateIssuer _issuer;
    private readonly string _kiosk;
    private readonly byte[] _key;
    private readonly byte[] _server;
    private readonly TaskCompletionSource<X509Certificate2> _paired = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _connections = [];
    private int _wrongCodes;
    private Issued? _issued;

    private PairingHost(KioskCertificateIssuer issuer, string kiosk, string code, X509Certificate2 server, IPAddress listen, int port)
    {
        (_issuer, _kiosk, _key) = (issuer, kiosk, PairingCode.Key(PairingCode.Parse(code)!));
        _server = server.PublicKey.ExportSubjectPublicKeyInfo();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(o =>
        {
            o.AddServerHeader = false;
            o.Limits.MaxRequestBodySize = 16 * 1024;
            o.Limits.MaxConcurrentConnections = MaxConnections;
            // Who connects and says nothing is closed soon.
            (o.Limits.RequestHeadersTimeout, o.Limits.KeepAliveTimeout) = (_patience, _patience);
            o.Limits.MinRequestBodyDataRate = new(bytesPerSecond: 1024, gracePeriod: _patience);
            o.Listen(listen, port, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http1;
                endpoint.Use(LimitAsync);
#pragma warning disable CA5398 // Fixed on purpose: both ends are this product.
                endpoint.UseHttps(server, https =>
                {
                    https.SslProtocols = SslProtocols.Tls13;
                    https.HandshakeTimeout = _patience;
                });
#pragma warning restore CA5398
            });
        });
        _web = builder.Build();
        _web.Run(AnswerAsync);
    }

    public int Port => new Uri(_web.Urls.Single()).Port;

    /// <summary>The kiosk's certificate once it is paired.</summary>
    /// <exception cref="StartException">Too many wrong codes.</exception>
    public Task<X509Certificate2> Paired => _paired.Task;

    /// <param name="port">0 takes a free one.</param>
    /// <exception cref="StartException">The port cannot be opened.</exception>
    public static async Task<PairingHost> StartAsync(KioskCertificateIssuer issuer, string kiosk, string code, X509Certificate2 server,
        IPAddress listen, int port, CancellationToken stop)
    {
        PairingHost host = new(issuer, kiosk, code, server, listen, port);
        try
        {
            await host._web.StartAsync(stop);
            return host;
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            await host.DisposeAsync();
            throw new StartException($"port {listen}:{port}", "cannot be opened; choose another one with --port (" + e.Message + ")", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        CryptographicOperations.ZeroMemory(_key);
        await _web.DisposeAsync();
    }

    private async Task LimitAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        IPAddress from = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        lock (_connections)
        {
            if (_connections.GetValueOrDefault(from) >= MaxConnectionsOfOneAddress) return;
            _connections[from] = _connections.GetValueOrDefault(from) + 1;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            lock (_connections)
            {
                if (--_connections[from] == 0) _connections.Remove(from);
            }
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path != "/pair" || !HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        SignedProvisioning? answer = null;
        try
        {
            PairingRequest? request = await JsonSerializer.DeserializeAsync<PairingRequest>(context.Request.Body, SignedProvisioning.Json,
                context.RequestAborted);
            if (request is { Csr: not null, Proof: not null }) answer = Judge(request);
        }
        catch (Exception e) when (e is JsonException or StartException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        if (answer is null)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(JsonSerializer.Serialize(answer, SignedProvisioning.Json), context.RequestAborted);
        await context.Response.CompleteAsync();
        _paired.TrySetResult(_issued!.Certificate);
    }

    /// <returns>Null: refused.</returns>
    private SignedProvisioning? Judge(PairingRequest request)
    {
        lock (_gate)
        {
            if (_wrongCodes >= MaxWrongCodes) return null;
            if (!CryptographicOperations.FixedTimeEquals(PairingCode.Proof(_key, "kiosk", _server, request.Csr), request.Proof))
            {
                if (++_wrongCodes == MaxWrongCodes)
                {
                    _paired.TrySetException(
                        new StartException("pairing", "ended after ten thousand wrong codes; begin again for a new code"));
                }


                return null;
            }

            // The same kiosk may ask again when the answer was lost. No other kiosk gets a second certificate for this code.
            if (_issued is not null) return _issued.Csr.AsSpan().SequenceEqual(request.Csr) ? _issued.Answer : null;
            (SignedProvisioning answer, X509Certificate2 certificate) = _issuer.Pair(_kiosk, request.Csr);
            _issued = new(request.Csr, answer with { Proof = PairingCode.Proof(_key, "reception", _server, request.Csr, answer.Content) },
                certificate);
            return _issued.Answer;
        }
    }

    private sealed record Issued(byte[] Csr, SignedProvisioning Answer, X509Certificate2 Certificate);
}
