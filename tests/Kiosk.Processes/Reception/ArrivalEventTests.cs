using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Kiosk.Processes.Reception;

/// <summary>Notices of arrivals for the site's own systems.</summary>
public sealed class ArrivalEventTests
{
    private static readonly byte[] s_secret = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public async Task Each_arrival_is_one_signed_file_also_after_a_restart_and_holds_no_name()
    {
        await using Facility facility = await Facility.OpenAsync(change: With(null), centreAnswers: ["valid"]);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        string file = await FileAsync(facility);
        byte[] bytes = await File.ReadAllBytesAsync(file);
        Assert.Equal("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(s_secret, bytes)),
            await File.ReadAllTextAsync(Path.ChangeExtension(file, ".sig")));
        JsonElement arrival = JsonDocument.Parse(bytes).RootElement;
        Assert.Equal((1, 1), (arrival.GetProperty("version").GetInt32(), arrival.GetProperty("number").GetInt32()));
        Assert.Equal(["arrival", "k1", "Pin", "trial"],
            ((string[])["type", "kiosk", "method", "environment"]).Select(n => arrival.GetProperty(n).GetString()));
        Assert.DoesNotContain("試験", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        File.Delete(file);

        await facility.Host.DisposeAsync();
        await facility.StartAsync(0, With(null));
        using TestCard second = new();
        GrpcReceptionLink again = facility.Link();
        await again.SubmitAsync(await facility.VisitAsync(again, second), default);

        // The second reading was joined to the first; only arrivals are told.
        Assert.EndsWith("3.json", await FileAsync(facility), StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Path.Combine(facility.Dir, "events"), "*.json"));
    }

    [Fact]
    public async Task A_post_is_repeated_until_it_is_taken_in_order_and_with_the_same_id()
    {
        List<(string Id, long Number, bool Signed)> posted = [];
        int refusals = 2;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using WebApplication receiver = builder.Build();
        receiver.Run(async context =>
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body);
            bool signed = context.Request.Headers["X-Kiosk-Signature"]
                == "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(s_secret, body.ToArray()));
            JsonElement json = JsonDocument.Parse(body.ToArray()).RootElement;
            lock (posted)
            {
                posted.Add((context.Request.Headers["Idempotency-Key"].ToString(), json.GetProperty("number").GetInt64(), signed));
                context.Response.StatusCode = refusals-- > 0 ? (int)HttpStatusCode.ServiceUnavailable : (int)HttpStatusCode.NoContent;
            }
        });
        await receiver.StartAsync();
        await using Facility facility = await Facility.OpenAsync(
            change: With(receiver.Urls.Single() + "/arrivals"), centreAnswers: ["valid"]);
        GrpcReceptionLink link = facility.Link();
        for (int n = 0; n < 2; n++)
        {
            using TestCard card = new();
            await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        }

        using CancellationTokenSource late = new(TimeSpan.FromMinutes(3));
        while (Count() < 4) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, late.Token);

        lock (posted)
        {
            Assert.Equal([1, 1, 1, 2], posted.Select(p => p.Number));
            Assert.Equal(2, posted.Select(p => p.Id).Distinct().Count());
            Assert.All(posted, p => Assert.True(p.Signed));
        }

        int Count()
        {
            lock (posted) return posted.Count;
        }
    }

    [Theory]
    [InlineData("http://orders.example/arrivals")]
    [InlineData("ftp://127.0.0.1/x")]
    [InlineData("https://user:word@orders.example/")]
    [InlineData("arrivals")]
    public async Task A_webhook_that_could_be_read_on_the_way_is_refused_at_the_start(string webhook) => Assert.Contains("arrivals.webhook",
        (await Assert.ThrowsAsync<StartException>(() => Facility.OpenAsync(change: With(webhook)))).Message, StringComparison.Ordinal);

    private static Func<ReceptionOptions, ReceptionOptions> With(string? webhook) => o =>
    {
        string dir = Path.GetDirectoryName(o.Database)!, key = Path.Combine(dir, "events.key");
        File.WriteAllBytes(key, s_secret);
        return o with { Arrivals = new(key, webhook is null ? Path.Combine(dir, "events") : null, webhook) };
    };

    private static async Task<string> FileAsync(Facility facility)
    {
        string folder = Path.Combine(facility.Dir, "events");
        using CancellationTokenSource late = new(TimeSpan.FromMinutes(2));
        while (!Directory.Exists(folder) || Directory.GetFiles(folder, "*.json").Length == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, late.Token);
        return Directory.GetFiles(folder, "*.json").Single();
    }
}
