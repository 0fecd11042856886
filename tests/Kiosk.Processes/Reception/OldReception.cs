using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Pki;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Kiosk.Processes.Reception;

/// <summary>
/// A reception of the time before the question in advance: it gives challenges and stores check-ins, and answers UNIMPLEMENTED to every
/// call that it does not know.
/// </summary>
internal sealed class OldReception : ReceptionLink.ReceptionLinkBase, IAsyncDisposable
{
    private readonly WebApplication _app;

    private OldReception(PkiFiles pki)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http2;
            endpoint.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = X509Certificate2.CreateFromPemFile(pki.ServerCertificate, pki.ServerKey),
                ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                ClientCertificateValidation = (_, _, _) => true,
            });
        }));
        builder.Services.AddRouting();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<OldReception>();
    }

    /// <summary>By key.</summary>
    public ConcurrentDictionary<ByteString, CheckInRequest> Stored { get; } = new();

    public int Port => new Uri(_app.Urls.Single()).Port;

    public static async Task<OldReception> StartAsync(PkiFiles pki)
    {
        OldReception old = new(pki);
        await old._app.StartAsync();
        return old;
    }

    public override Task<OpenVisitReply> OpenVisit(OpenVisitRequest request, ServerCallContext context) => Task.FromResult(
        new OpenVisitReply { Challenge = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(32)), ExpiresAtUnixMs = long.MaxValue });

    public override Task<Contract.Receipt> SubmitCheckIn(CheckInRequest request, ServerCallContext context)
    {
        bool isNew = Stored.TryAdd(request.IdempotencyKey, request);
        return Task.FromResult(new Contract.Receipt { IdempotencyKey = request.IdempotencyKey, Duplicate = !isNew, Number = 1 });
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
