using Microsoft.Extensions.Logging;

namespace Kiosk.Processes.Pictures;

/// <summary>Keeps each line with its event id.</summary>
internal sealed class LogLines : ILogger
{
    public List<string> Written { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) => Written.Add($"{eventId.Id} {formatter(state, exception)}");
}
