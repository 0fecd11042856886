using Kiosk.Core.Values;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;

namespace Kiosk.App.Logging;

/// <summary>
/// A log line contains the event id, properties of an allowlist, and type and stack of an exception. It never contains a message text,
/// because an interpolated template or an exception's text may contain what a patient typed.
/// </summary>
internal static class LogSetup
{
    private static readonly HashSet<string> _allowed =
        ["State", "Cause", "Action", "Reason", "Code", "Detail", "ElapsedMs", "Seq", "Count", "Connected", "SourceContext"];

    /// <param name="loss">Counts the lines that could not be written. Logging never throws.</param>
    public static ILoggerFactory ToConsole(bool quiet, LossCount? loss = null)
    {
        Logger logger = new LoggerConfiguration()
            .MinimumLevel.Is(quiet ? LogEventLevel.Error : LogEventLevel.Information)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Error)
            // Logs a port in use with forty lines of stack; who starts the host reports it with one line.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal)
            .WriteTo.Sink(LoggerSinkConfiguration.Wrap(
                console => new CountingSink(console, loss ?? new()),
                to => to.Console(new AllowlistFormatter(), standardErrorFromLevel: LogEventLevel.Verbose)))
            .CreateLogger();
        return new SerilogLoggerFactory(logger, dispose: true);
    }

    /// <summary>A full disk, a closed pipe or a terminal that is gone must not stop a visit.</summary>
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
            output.Write($"{logEvent.Timestamp:HH:mm:ss.fff} {logEvent.Level}");
            if (logEvent.Properties.GetValueOrDefault("EventId") is StructureValue id)
                foreach (LogEventProperty part in id.Properties.Where(p => p.Name == "Name")) output.Write($" {part.Value}");
            foreach ((string name, LogEventPropertyValue value) in logEvent.Properties)
                if (_allowed.Contains(name) && value is ScalarValue { Value: string or int or long or double or bool } scalar)
                    output.Write($" {name}={scalar.Value}");
            if (logEvent.Exception is { } bug) output.Write($"\n{bug.GetType()}\n{bug.StackTrace}");
            output.WriteLine();
        }
    }
}
