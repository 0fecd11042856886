using System.Diagnostics;
using System.Text;
using Google.Protobuf;
using Kiosk.Contract;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Link;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Kiosk.Processes.Reception;

/// <summary>What the site's own system answers to the notice of an arrival reaches the kiosk and the page.</summary>
public sealed class ArrivalAnswerTests
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task The_answer_of_the_webhook_reaches_the_kiosk_of_that_visit_and_the_page()
    {
        await using Receiver receiver = await Receiver.OpenAsync("""{"department":"内科","queueNumber":"A-12","seeStaff":false,"x":1}""");
        await using Facility facility = await Facility.OpenAsync(change: With(receiver.Address));
        GrpcReceptionLink link = facility.Link(watches: false);
        await using LinkEventLog events = new(link);
        await events.NextAsync<ReceptionEvent.LinkUp>();
        using TestCard card = new();
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);

        Assert.Equal(new("内科", "A-12", false), (await events.NextAsync<ReceptionEvent.SiteAnswered>()).Answer);

        // The same card again: the second visit is joined to the first arrival, and hears what was answered about it.
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        Assert.Equal(new("内科", "A-12", false), (await events.NextAsync<ReceptionEvent.SiteAnswered>()).Answer);
        Assert.Equal(1, receiver.Posts);
    }

    [Theory]
    [InlineData("OK")]
    [InlineData("""{"department":12}""")]
    [InlineData("")]
    public async Task A_bad_answer_is_none_and_the_notice_counts_as_delivered(string body)
    {
        await using Receiver receiver = await Receiver.OpenAsync(body);
        await using Facility facility = await Facility.OpenAsync(change: With(receiver.Address));
        GrpcReceptionLink link = facility.Link(watches: false);
        await using LinkEventLog events = new(link);
        await events.NextAsync<ReceptionEvent.LinkUp>();
        using TestCard card = new(), other = new();
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        await receiver.UntilAsync(1);
        receiver.Body = """{"seeStaff":true}""";
        await link.SubmitAsync(await facility.VisitAsync(link, other), default);

        // The first event of this kind is that of the second visit.
        Assert.Equal(new("", "", true), (await events.NextAsync<ReceptionEvent.SiteAnswered>()).Answer);
        Assert.Equal(2, receiver.Posts);
    }

    [Fact]
    public async Task A_late_answer_does_not_reach_the_next_patient()
    {
        await using Receiver receiver = await Receiver.OpenAsync("""{"department":"内科"}""", held: true);
        await using Facility facility = await Facility.OpenAsync(change: With(receiver.Address));
        GrpcReceptionLink link = facility.Link(watches: false);
        await using LinkEventLog events = new(link);
        await events.NextAsync<ReceptionEvent.LinkUp>();
        using TestCard card = new(), other = new();
        // The receipt does not wait for the receiver.
        await link.SubmitAsync(await facility.VisitAsync(link, card), default).WaitAsync(s_soon);
        await receiver.UntilAsync(1);
        CheckIn next = await facility.VisitAsync(link, other);
        receiver.Release();
        await receiver.UntilAnsweredAsync();
        receiver.Body = """{"department":"外科"}""";
        await link.SubmitAsync(next, default);

        Assert.Equal("外科", (await events.NextAsync<ReceptionEvent.SiteAnswered>()).Answer.Department);
    }

    [Fact]
    public async Task An_answer_file_is_taken_and_deleted_whatever_it_holds()
    {
        await using Facility facility = await Facility.OpenAsync(change: With(null));
        GrpcReceptionLink link = facility.Link(watches: false);
        await using LinkEventLog events = new(link);
        await events.NextAsync<ReceptionEvent.LinkUp>();
        using TestCard card = new(), other = new();
        string folder = Path.Combine(facility.Dir, "events");
        await link.SubmitAsync(await facility.VisitAsync(link, card), default);
        string first = await NoticeAsync(1);
        await File.WriteAllTextAsync(Path.ChangeExtension(first, ".answer.json"), new string('x', 5000));
        await File.WriteAllTextAsync(Path.Combine(folder, "arrival_00000000000009999.answer.json"), """{"seeStaff":true}""");
        await File.WriteAllTextAsync(Path.Combine(folder, "arrival_..answer.json"), "{");
        // Never followed, and never waited for.
        string elsewhere = Path.Combine(facility.Dir, "elsewhere.json");
        await File.WriteAllTextAsync(elsewhere, """{"queueNumber":"666"}""");
        File.CreateSymbolicLink(Path.Combine(folder, "arrival_1.answer.json"), elsewhere);
        File.CreateSymbolicLink(Path.Combine(folder, "arrival_2.answer.json"), "/dev/zero");
        using (Process pipe = Process.Start("mkfifo", [Path.Combine(folder, "arrival_3.answer.json")])) await pipe.WaitForExitAsync();
        await link.SubmitAsync(await facility.VisitAsync(link, other), default);
        string second = await NoticeAsync(2);
        await File.WriteAllTextAsync(Path.ChangeExtension(second, ".answer.json"), """{"queueNumber":"7"}""");

        Assert.Equal(new("", "7", false), (await events.NextAsync<ReceptionEvent.SiteAnswered>()).Answer);
        using CancellationTokenSource late = new(s_soon);
        while (Directory.GetFiles(folder, "*.answer.json").Length > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, late.Token);
        Assert.True(File.Exists(elsewhere));

        async Task<string> NoticeAsync(int count)
        {
            using CancellationTokenSource slow = new(s_soon);
            string[] files = [];
            while (files.Length < count)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, slow.Token);
                if (!Directory.Exists(folder)) continue;
                files = [.. Directory.GetFiles(folder, "arrival_*.json").Order()];
                files = [.. files.Where(f => !f.EndsWith(".answer.json", StringComparison.Ordinal))];
            }

            return files[count - 1];
        }
    }

    /// <summary>A kiosk of a version before the field keeps the bytes apart, shows nothing and acknowledges.</summary>
    [Fact]
    public void A_kiosk_that_does_not_know_the_command_reads_it_as_none()
    {
        byte[] sent = new Command { Epoch = 1, Seq = 2, ArrivalAnswer = new() { Department = "内科" } }.ToByteArray();
        // Field 8, the number of the command, becomes one that this version does not know.
        byte[] unknown = [.. sent.Select((b, i) => i == Array.IndexOf(sent, (byte)0x42) ? (byte)0x7A : b)];
        Command read = Command.Parser.ParseFrom(unknown);
        Assert.Equal((Command.BodyOneofCase.None, 2UL), (read.BodyCase, read.Seq));
        KioskState kiosk = new("k1", 1);
        kiosk.Push(new() { ArrivalAnswer = new() { Department = "内科" } });
        kiosk.Acknowledge(new() { Epoch = 1, Seq = 1 });
        Assert.Equal(0, kiosk.OpenStream(new() { LastEpoch = 1 }, [], "c", TimeProvider.System.GetUtcNow()).Count);
    }

    private static Func<ReceptionOptions, ReceptionOptions> With(string? webhook) => o =>
    {
        string dir = Path.GetDirectoryName(o.Database)!, key = Path.Combine(dir, "events.key");
        File.WriteAllBytes(key, new byte[32]);
        return o with { Arrivals = new(key, webhook is null ? Path.Combine(dir, "events") : null, webhook) };
    };

    /// <summary>The site's own system.</summary>
    private sealed class Receiver(WebApplication app) : IAsyncDisposable
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _posts, _answered;

        public string Body { get; set; } = "";

        public int Posts => _posts;

        public string Address => app.Urls.Single() + "/arrivals";

        public static async Task<Receiver> OpenAsync(string body, bool held = false)
        {
            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            Receiver made = new(builder.Build()) { Body = body };
            if (!held) made.Release();
            made.Run();
            await made.StartAsync();
            return made;
        }

        private void Run() => app.Run(async context =>
        {
            string body = Body;
            Interlocked.Increment(ref _posts);
            await _released.Task;
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
            await context.Response.CompleteAsync();
            Interlocked.Increment(ref _answered);
        });

        private Task StartAsync() => app.StartAsync();

        public void Release() => _released.TrySetResult();

        public Task UntilAsync(int posts) => UntilAsync(() => _posts >= posts);

        public Task UntilAnsweredAsync() => UntilAsync(() => _answered > 0);

        private static async Task UntilAsync(Func<bool> done)
        {
            using CancellationTokenSource late = new(s_soon);
            while (!done()) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, late.Token);
        }

        public async ValueTask DisposeAsync()
        {
            Release();
            await app.DisposeAsync();
        }
    }
}
