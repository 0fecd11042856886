using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Grpc.AspNetCore.Server;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Pki;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>
/// The web server for kiosks: gRPC on HTTP/2 over TLS 1.3 with client certificates. The limits are in README.md of the program.
/// </summary>
internal static class LinkHost
{
    public static WebApplication Build(
        ReceptionOptions options, ServerKey server, X509Certificate2Collection roots, KioskTrust trust, ReceptionService service,
        ILoggerProvider log)
    {
        // Empty builder: neither an appsettings.json in the working folder nor ASPNETCORE_ variables may open another port.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.AddProvider(log);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(o =>
        {
            Limit(o);
            o.Listen(IPAddress.Parse(options.Listen), options.Port, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http2;
                endpoint.UseHttps(Tls(server, roots, trust));
            });
        });
        builder.Services.AddRouting();
        builder.Services.AddGrpc(Limit);
        builder.Services.AddSingleton(service);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(3));
        WebApplication app = builder.Build();
        app.MapGrpcService<ReceptionService>();
        return app;
    }

    private static void Limit(KestrelServerOptions o)
    {
        o.AddServerHeader = false;
        o.Limits.MaxRequestBodySize = 64 * 1024;
        o.Limits.MaxConcurrentConnections = 4096;
        o.Limits.Http2.MaxStreamsPerConnection = 16;
        // A silent kiosk is noticed after 5 + 5 s.
        o.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(5);
        o.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(5);
    }

    private static void Limit(GrpcServiceOptions o)
    {
        o.MaxReceiveMessageSize = 16 * 1024;
        o.EnableDetailedErrors = false;
    }

    private static HttpsConnectionAdapterOptions Tls(ServerKey server, X509Certificate2Collection roots, KioskTrust trust) => new()
    {
        ServerCertificateSelector = (_, _) => server.Current,
#pragma warning disable CA5398 // Fixed on purpose: both ends are this product, and TLS 1.2 is not accepted.
        SslProtocols = SslProtocols.Tls13,
#pragma warning restore CA5398
        HandshakeTimeout = TimeSpan.FromSeconds(5),
        ClientCertificateMode = ClientCertificateMode.RequireCertificate,
        ClientCertificateValidation = (certificate, _, _) => trust.Accept(certificate),
        OnAuthenticate = (_, ssl) =>
        {
            // Without its own policy the platform would use the system's roots and may download certificates.
            ssl.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            ssl.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
            ssl.EncryptionPolicy = EncryptionPolicy.RequireEncryption;
        },
    };
}
