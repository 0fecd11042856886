using System.Globalization;
using Kiosk.App.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Kiosk.Tests;

public sealed class LogTests
{
    private sealed class ToText(StringWriter text) : ILogEventSink
    {
        private readonly LogSetup.AllowlistFormatter _format = new();

        public void Emit(LogEvent logEvent) => _format.Format(logEvent, text);
    }

    [Fact]
    public void Nothing_a_patient_typed_gets_into_the_log_however_it_is_logged()
    {
        using StringWriter text = new(CultureInfo.InvariantCulture);
        using (Logger logger = new LoggerConfiguration().WriteTo.Sink(new ToText(text)).CreateLogger())
        {
            const string Canary = "山田花子4711";
            logger.Information("{@Patient}", new { Name = Canary });
            logger.Information("{Patient} {Pin}", Canary, Canary);
            logger.Information($"said {Canary}");
            logger.ForContext("Address", Canary).Error(new FormatException(Canary), "bad {Input}", Canary);
            logger.Information("{State} {Code}", "Idle", "K101");
        }
        Assert.DoesNotContain("4711", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("State=Idle", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("FormatException", text.ToString(), StringComparison.Ordinal);
    }
}
