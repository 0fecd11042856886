using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kiosk.Processes.Image;

/// <summary>Over HTTPS: the part of hawkBit's Direct Device Integration API that a device uses; one target, at most one action.</summary>
internal sealed class FakeHawkBit : IAsyncDisposable
{
    public const string Token = "0123456789abcdef";
    private readonly WebApplication _web;
    private readonly X509Certificate2 _certificate;

    private FakeHawkBit(WebApplication web, X509Certificate2 certificate) => (_web, _certificate) = (web, certificate);

    public string Address { get; private set; } = "";

    public byte[]? Bundle { get; set; }

    public string Version { get; set; } = "2.0.0";

    /// <summary>Sent as the bundle's digest instead of the true one.</summary>
    public string? Digest { get; set; }

    /// <summary>After so many bytes of the bundle the connection is closed, once.</summary>
    public int? CutAfter { get; set; }

    public List<(string Execution, string Finished, string Words)> Feedback { get; } = [];

    public JsonNode? ConfigData { get; private set; }

    public List<string> Ranges { get; } = [];

    /// <summary>PEM of the certificate with which the server shows itself.</summary>
    public string Certificate => _certificate.ExportCertificatePem();

    /// <summary>Paths of all requests that arrived, also without the token.</summary>
    public List<string> Paths { get; } = [];

    /// <summary>Changes an answer before it is sent. Arguments: path below the target, and the answer.</summary>
    public Action<string, JsonObject> Change { get; set; } = (_, _) => { };

    /// <summary>Answers in place of the server, when it returns true. Arguments: path below the target, and the request.</summary>
    public Func<string, HttpContext, bool> Instead { get; set; } = (_, _) => false;

    public static async Task<FakeHawkBit> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=update server", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration()
            .ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(certificate)));
        builder.Logging.ClearProviders();
        FakeHawkBit fake = new(builder.Build(), certificate);
        fake._web.Run(fake.ServeAsync);
        await fake._web.StartAsync();
        fake.Address = fake._web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return fake;
    }

    private async Task ServeAsync(HttpContext context)
    {
        lock (Paths) Paths.Add(context.Request.Path);
        if (context.Request.Headers.Authorization != $"TargetToken {Token}")
        {
            context.Response.StatusCode = 401;
            return;
        }

        string target = $"{Address}/DEFAULT/controller/v1/kiosk-test";
        string path = context.Request.Path.Value!["/DEFAULT/controller/v1/kiosk-test".Length..];
        if (Instead(path, context)) return;
        if (path.Length == 0)
        {
            JsonObject links = new() { ["configData"] = new JsonObject { ["href"] = $"{target}/configData" } };
            if (Bundle is not null) links["deploymentBase"] = new JsonObject { ["href"] = $"{target}/deploymentBase/7?c=-1" };
            JsonObject config = new() { ["polling"] = new JsonObject { ["sleep"] = "00:05:00" } };
            await AnswerAsync(context, path, new JsonObject { ["config"] = config, ["_links"] = links });
        }
        else if (path == "/configData")
        {
            ConfigData = await JsonNode.ParseAsync(context.Request.Body);
        }
        else if (path == "/deploymentBase/7")
        {
            await AnswerAsync(context, path, Deployment(target));
        }
        else if (path == "/deploymentBase/7/feedback")
        {
            JsonNode status = (await JsonNode.ParseAsync(context.Request.Body))!["status"]!;
            Feedback.Add(((string)status["execution"]!, (string)status["result"]!["finished"]!, (string)status["details"]![0]!));
        }
        else if (path == "/artifact")
        {
            await SendAsync(context);
        }
        else
        {
            context.Response.StatusCode = 404;
        }
    }

    private JsonObject Deployment(string target) => new()
    {
        ["id"] = "7",
        ["deployment"] = new JsonObject
        {
            ["download"] = "forced",
            ["update"] = "forced",
            ["chunks"] = new JsonArray(new JsonObject
            {
                ["part"] = "os",
                ["name"] = "kiosk",
                ["version"] = Version,
                ["artifacts"] = new JsonArray(new JsonObject
                {
                    ["filename"] = $"kiosk-{Version}.raucb",
                    ["size"] = Bundle!.Length,
                    ["hashes"] = new JsonObject { ["sha256"] = Digest ?? Convert.ToHexStringLower(SHA256.HashData(Bundle)) },
                    ["_links"] = new JsonObject { ["download-http"] = new JsonObject { ["href"] = $"{target}/artifact" } },
                }),
            }),
        },
    };

    private async Task SendAsync(HttpContext context)
    {
        int from = 0;
        if (context.Request.Headers.Range.ToString() is { Length: > 6 } range)
        {
            Ranges.Add(range);
            from = int.Parse(range["bytes=".Length..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture);
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{Bundle!.Length - 1}/{Bundle.Length}";
        }

        context.Response.ContentLength = Bundle!.Length - from;
        if (CutAfter is int cut)
        {
            CutAfter = null;
            await context.Response.Body.WriteAsync(Bundle.AsMemory(from, cut));
            await context.Response.Body.FlushAsync();
            // Closing the connection discards what the client has not read yet, so it gets time to read some of it.
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, CancellationToken.None);
            context.Abort();
            return;
        }

        await context.Response.Body.WriteAsync(Bundle.AsMemory(from));
    }

    private async Task AnswerAsync(HttpContext context, string path, JsonObject answer)
    {
        Change(path, answer);
        context.Response.ContentType = "application/hal+json";
        await JsonSerializer.SerializeAsync(context.Response.Body, answer);
    }

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        _certificate.Dispose();
    }
}
