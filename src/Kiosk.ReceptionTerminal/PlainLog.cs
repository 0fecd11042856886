using System.Globalization;
using Kiosk.Core;

namespace Kiosk.ReceptionTerminal;

/// <summary>
/// Writes time, level, event id and the allowlisted properties; of an exception its type and stack. Never a message:
/// templates and exception texts leaked names although properties were filtered (security.md section 1, rule 7).
/// </summary>
internal sealed class PlainLog(TextWriter to, TimeProvider time) : ILoggerProvider
{
    private static readonly HashSet<string> s_allowed = ["Kiosk", "Reason", "LinkPort", "DeskPort"];
    private readonly Lock _gate = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private void Write(string category, LogLevel level, EventId id, object? state, Exception? e)
    {
        string properties = state is IEnumerable<KeyValuePair<string, object?>> all
            ? string.Concat(all.Where(p => s_allowed.Contains(p.Key)).Select(p => $" {p.Key}={p.Value}"))
            : "";
        string now = JapanTime.At(time.GetUtcNow()).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
        lock (_gate)
        {
            to.WriteLine($"{now} {level} {category} {id.Id} {id.Name}{properties}");
            for (Exception? one = e; one is not null; one = one.InnerException) to.WriteLine($"  {one.GetType().FullName}\n{one.StackTrace}");
        }
    }

    private sealed class Logger(PlainLog log, string category) : ILogger
    {
        private readonly LogLevel _least = category.StartsWith("Microsoft.", StringComparison.Ordinal) || category.StartsWith("Grpc.", StringComparison.Ordinal)
            ? LogLevel.Error
            : LogLevel.Information;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= _least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) log.Write(category, logLevel, eventId, state, exception);
        }
    }
}
