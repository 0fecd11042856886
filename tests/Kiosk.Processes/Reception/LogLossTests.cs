using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Kiosk.Core.Reception;
using Kiosk.Core.Values;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Hosting;
using Kiosk.ReceptionTerminal.Logging;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using KioskLogs = Kiosk.App.Logging.LogSetup;
using Log = Kiosk.ReceptionTerminal.Logging.Log;

namespace Kiosk.Processes.Reception;

/// <summary>A log that cannot be written, and what every log message must keep to.</summary>
public sealed class LogLossTests
{
    [Theory]
    [InlineData(nameof(ILoggerProvider.CreateLogger))]
    [InlineData(nameof(Microsoft.Extensions.Logging.ILogger.IsEnabled))]
    [InlineData(nameof(Microsoft.Extensions.Logging.ILogger.Log))]
    public async Task With_a_log_that_always_fails_kiosks_hear_the_policy_and_check_in_and_staff_hear_of_the_log(string fails)
    {
        await using Facility facility = await Facility.OpenAsync();
        using FailingLogs logs = new(fails);
        await using ReceptionHost host = await ReceptionHost.StartAsync(
            facility.Options() with { Database = Path.Combine(facility.Dir, "other.db") }, default, facility.Time, logs);
        GrpcReceptionLink link = facility.Link(port: host.LinkPort);
        using TestCard card = new();
        await using LinkEventLog news = new(link);
        await news.NextAsync<ReceptionEvent.PolicySet>();
        await news.NextAsync<ReceptionEvent.MaintenanceSet>();
        await news.NextAsync<ReceptionEvent.DisasterSet>();
        Assert.Equal(1, (await link.SubmitAsync(await facility.VisitAsync(link, card), default)).Number);
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(host);
        await desk.UntilAsync("ログを書けません");
    }

    [Fact]
    public void Lost_lines_are_counted_in_both_programs_and_the_first_written_one_ends_the_notice()
    {
        LossCount loss = new();
        List<bool> told = [];
        loss.Changed += now => told.Add(now.IsLosing);
        FailingSink console = new();
        ILogEventSink[] programs = [new LogSetup.CountingSink(console, loss), new KioskLogs.CountingSink(console, loss)];
        foreach (ILogEventSink sink in programs)
        {
            using Logger log = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();
            console.Fails = true;
            log.Information("one");
            log.Information("two");
            console.Fails = false;
            log.Information("three");
        }

        Assert.Equal((4L, false), (loss.Lost, loss.IsLosing));
        Assert.Equal([true, false, true, false], told);
    }

    [SkippableFact]
    public async Task A_reception_whose_console_is_a_full_disk_serves_its_page()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        await using Facility facility = await Facility.OpenAsync();
        string config = Path.Combine(facility.Dir, "reception.json");
        int port = FreePort();
        await File.WriteAllTextAsync(config, $$"""
            {"database": "full.db", "caFile": "{{facility.Pki.Ca}}", "certificateFile": "{{facility.Pki.ServerCertificate}}",
             "keyFile": "{{facility.Pki.ServerKey}}", "listen": "127.0.0.1", "port": 0, "desk": {"port": {{port}} } }
            """);
        string program = Path.Combine(AppContext.BaseDirectory, "reception.dll");
        using Process reception = Process.Start("/bin/sh",
            ["-c", $"exec dotnet '{program}' run --config '{config}' >/dev/full 2>/dev/full"]);
        try
        {
            using HttpClient browser = new();
            using CancellationTokenSource late = new(TimeSpan.FromSeconds(90));
            while (true)
            {
                Assert.False(reception.HasExited, "the reception ended");
                try
                {
                    using HttpResponseMessage page = await browser.GetAsync(new Uri($"http://127.0.0.1:{port}/"), late.Token);
                    break;
                }
                catch (HttpRequestException)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, late.Token);
                }
            }

            // What the program prints after the page is up would have ended it by now, or ends it before the second answer.
            using HttpResponseMessage again = await browser.GetAsync(new Uri($"http://127.0.0.1:{port}/signin?token=none"), late.Token);
            Assert.False(reception.HasExited, "the reception ended");
        }
        finally
        {
            reception.Kill();
            await reception.WaitForExitAsync();
        }
    }

    [Fact]
    public void Every_value_of_a_log_message_reaches_the_log_of_its_program()
    {
        Type kiosk = typeof(KioskLogs).Assembly.GetType("Kiosk.App.Logging.Log")!;
        foreach (Type log in (Type[])[typeof(Log), kiosk])
        {
            foreach (MethodInfo message in log.GetMethods(BindingFlags.Static | BindingFlags.Public))
            {
                string text = Logged(log == kiosk, message);
                foreach (ParameterInfo p in message.GetParameters())
                {
                    if (!p.ParameterType.IsPrimitive && p.ParameterType != typeof(string)) continue;
                    bool isThere = text.Contains($" {p.Name}=", StringComparison.OrdinalIgnoreCase);
                    Assert.True(isThere, $"{message.Name} leaves out {p.Name}: {text}");
                }
            }
        }
    }

    private static string Logged(bool isKiosk, MethodInfo message)
    {
        using StringWriter text = new(CultureInfo.InvariantCulture);
        using (Logger logger = new LoggerConfiguration().WriteTo.Sink(new ToText(text, isKiosk)).CreateLogger())
        using (SerilogLoggerProvider provider = new(logger))
        {
            Microsoft.Extensions.Logging.ILogger log = provider.CreateLogger("Test");
            message.Invoke(null, [.. message.GetParameters().Select(p => Sample(p.ParameterType, log))]);
        }

        return text.ToString();
    }

    private static object Sample(Type type, Microsoft.Extensions.Logging.ILogger log) =>
        type == typeof(string) ? "word"
        : type == typeof(Exception) ? new InvalidOperationException()
        : type.IsPrimitive ? Activator.CreateInstance(type)!
        : log;

    private static int FreePort()
    {
        using System.Net.Sockets.TcpListener one = new(System.Net.IPAddress.Loopback, 0);
        one.Start();
        return ((System.Net.IPEndPoint)one.LocalEndpoint).Port;
    }

    private sealed class ToText(StringWriter text, bool isKiosk) : ILogEventSink
    {
        public void Emit(LogEvent logEvent)
        {
            if (isKiosk) new KioskLogs.AllowlistFormatter().Format(logEvent, text);
            else new LogSetup.AllowlistFormatter().Format(logEvent, text);
        }
    }

    private sealed class FailingSink : ILogEventSink
    {
        public bool Fails { get; set; }

        public void Emit(LogEvent logEvent)
        {
            if (Fails) throw new IOException("No space left on device");
        }
    }

    private sealed class FailingLogs(string fails) : ILoggerProvider, Microsoft.Extensions.Logging.ILogger
    {
        public Microsoft.Extensions.Logging.ILogger CreateLogger(string categoryName) =>
            fails == nameof(CreateLogger) ? throw new UnauthorizedAccessException() : this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => throw new IOException();

        public bool IsEnabled(LogLevel logLevel) => fails == nameof(IsEnabled) ? throw new IOException() : true;

        void Microsoft.Extensions.Logging.ILogger.Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("No space left on device");

        public void Dispose()
        {
        }
    }
}
