using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;

namespace Kiosk.Devices.Reception;

/// <summary>Makes the channel. Its settings and their measurements are in README.md of this folder ("Facts behind the settings").</summary>
internal static class LinkChannel
{
    public static GrpcChannel Open(Uri address, LinkCertificates certificates, ServerTrust trust) =>
        GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = Handler(certificates, trust),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = 64 * 1024,
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(200),
            MaxReconnectBackoff = TimeSpan.FromSeconds(5),
            ServiceConfig = new() { MethodConfigs = { SubmitRetry() } },
        });

    private static SocketsHttpHandler Handler(LinkCertificates certificates, ServerTrust trust) => new()
    {
        // One connection keeps the order of calls, and one ping watches all of them.
        EnableMultipleHttp2Connections = false,
        ConnectTimeout = TimeSpan.FromSeconds(3),
        UseProxy = false,
        AllowAutoRedirect = false,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        // A silent peer must be noticed within 12 s; without pings it is not noticed within 60 s. .NET checks its ping timer only every
        // quarter of the shorter of the two times: 5 + 5 s took 12.2 to 12.4 s, 4 + 5 s at most 11 s.
        KeepAlivePingDelay = TimeSpan.FromSeconds(4),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
        ConnectCallback = async (context, stop) =>
        {
            trust.Connecting();
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(context.DnsEndPoint, stop);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
        SslOptions = new SslClientAuthenticationOptions
        {
            ClientCertificateContext = SslStreamCertificateContext.Create(certificates.Own, null, offline: true),
#pragma warning disable CA5398 // TLS 1.3 only, on purpose: both ends are ours.
            EnabledSslProtocols = SslProtocols.Tls13,
#pragma warning restore CA5398
            RemoteCertificateValidationCallback = trust.Accept,
        },
    };

    // The library repeats only the hand-over, which has an idempotency key. A staff code must not be tried twice.
    private static MethodConfig SubmitRetry() => new()
    {
        Names = { new MethodName { Service = "kiosk.reception.v1.ReceptionLink", Method = "SubmitCheckIn" } },
        RetryPolicy = new RetryPolicy
        {
            MaxAttempts = 3,
            InitialBackoff = TimeSpan.FromMilliseconds(100),
            MaxBackoff = TimeSpan.FromSeconds(1),
            BackoffMultiplier = 2,
            RetryableStatusCodes = { StatusCode.Unavailable },
        },
    };
}
