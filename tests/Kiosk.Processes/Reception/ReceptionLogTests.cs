using System.Globalization;
using Kiosk.ReceptionTerminal.Logging;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Log = Kiosk.ReceptionTerminal.Logging.Log;

namespace Kiosk.Processes.Reception;

public sealed class ReceptionLogTests
{
    [Fact]
    public void An_event_is_one_line_with_its_id_and_nothing_of_a_patient()
    {
        const string Patient = "山田花子4711";
        string text = Logged(log =>
        {
            Log.KioskUp(log, "k1");
#pragma warning disable CA1848, CA2254, CA1727, CA1873 // What must not be done is done here on purpose.
            log.LogInformation("{Patient} came", Patient);
            log.LogInformation($"{Patient} came");
#pragma warning restore CA1848, CA2254, CA1727, CA1873
            Log.NotStored(log, "k1", new FormatException(Patient, new InvalidOperationException(Patient)));
        });

        Assert.DoesNotContain("4711", text, StringComparison.Ordinal);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+09:00 Information Link 2 KioskUp Kiosk=k1\r?\n", text);
        Assert.Contains("  System.FormatException", text, StringComparison.Ordinal);
        Assert.Contains("  System.InvalidOperationException", text, StringComparison.Ordinal);
    }

    private static string Logged(Action<Microsoft.Extensions.Logging.ILogger> write)
    {
        using StringWriter text = new(CultureInfo.InvariantCulture);
        using (Logger logger = new LoggerConfiguration().WriteTo.Sink(new ToText(text)).CreateLogger())
        using (SerilogLoggerProvider provider = new(logger)) write(provider.CreateLogger("Link"));
        return text.ToString();
    }

    private sealed class ToText(StringWriter text) : ILogEventSink
    {
        private readonly LogSetup.AllowlistFormatter _format = new();

        public void Emit(LogEvent logEvent) => _format.Format(logEvent, text);
    }
}
