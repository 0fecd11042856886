using System.Globalization;
using Kiosk.Core.Values;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;

namespace Kiosk.ReceptionTerminal.Logging;

/// <summary>
/// Logs hold time, level, category, event id, properties of an allowlist, and of an exception its type and stack. Never a message:
/// an interpolated template or an exception's text may repeat a patient's name although properties are filtered.
/// </summary>
internal static class LogSetup
{
    private static readonly HashSet<string> _allowed = ["Kiosk", "Staff", "Reason", "About", "LinkPort", "DeskPort", "Count", "Number"];

    /// <summary>To standard error, one line an event; of the libraries only errors.</summary>
    /// <param name="loss">Counts the lines that could not be written. Logging never throws.</param>
    public static ILoggerProvider ToConsole(LossCount loss)
    {
        Logger logger = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Error)
            // Logs a port in use with forty lines of stack; who starts the host reports it with one line.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal)
            .MinimumLevel.Override("Grpc", LogEventLevel.Error)
            .WriteTo.Sink(LoggerSinkConfiguration.Wrap(
                console => new CountingSink(console, loss),
                to => to.Console(new AllowlistFormatter(), standardErrorFromLevel: LogEventLevel.Verbose)))
            .CreateLogger();
        return new SerilogLoggerProvider(logger, dispose: true);
    }

    /// <summary>Serilog drops what a sink throws without a word. Here it is counted, so that staff hear of it.</summary>
    internal sealed class CountingSink(ILogEventSink console, LossCount loss) : ILogEventSink
    {
        public void Emit(LogEvent logEvent)
        {
            try
            {
                console.Emit(logEvent);
            }
            catch (Exception)
            {
                loss.AddLoss();
                return;
            }

            loss.AddSuccess();
        }
    }

    internal sealed class AllowlistFormatter : ITextFormatter
    {
        public void Format(LogEvent logEvent, TextWriter output)
        {
            string time = JapanTime.At(logEvent.Timestamp).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
            output.Write($"{time} {logEvent.Level} {Scalar(logEvent.Properties, "SourceContext")}");
            if (logEvent.Properties.GetValueOrDefault("EventId") is StructureValue id)
                foreach (string part in (string[])["Id", "Name"])
                    output.Write($" {Scalar(id.Properties.ToDictionary(p => p.Name, p => p.Value), part)}");
            foreach (string name in _allowed.Where(logEvent.Properties.ContainsKey))
                output.Write($" {name}={Scalar(logEvent.Properties, name)}");
            output.WriteLine();
            for (Exception? one = logEvent.Exception; one is not null; one = one.InnerException)
                output.WriteLine($"  {one.GetType().FullName}\n{one.StackTrace}");
        }

        private static object? Scalar(IReadOnlyDictionary<string, LogEventPropertyValue> properties, string name) =>
            properties.GetValueOrDefault(name) is ScalarValue { Value: string or int or long } scalar ? scalar.Value : null;
    }
}
