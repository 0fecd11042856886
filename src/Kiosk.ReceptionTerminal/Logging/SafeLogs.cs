using Kiosk.Core.Values;

namespace Kiosk.ReceptionTerminal.Logging;

/// <summary>
/// Passes log events on and never throws, whatever the provider behind it does. Without it a log that cannot be written ended the
/// program, or left a kiosk with an open stream on which nothing was sent. Lost events are counted.
/// </summary>
/// <param name="inner">Disposed by its owner.</param>
internal sealed class SafeLogs(ILoggerProvider inner, LossCount loss) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName)
    {
        try
        {
            return new SafeLogger(inner.CreateLogger(categoryName), loss);
        }
        catch (Exception)
        {
            loss.AddLoss();
            return new SafeLogger(null, loss);
        }
    }

    public void Dispose()
    {
    }

    private sealed class SafeLogger(ILogger? inner, LossCount loss) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            try
            {
                return inner?.BeginScope(state);
            }
            catch (Exception)
            {
                return null;
            }
        }

        public bool IsEnabled(LogLevel logLevel)
        {
            try
            {
                // Without a logger the event is lost and must be counted.
                return inner?.IsEnabled(logLevel) ?? logLevel is >= LogLevel.Information and not LogLevel.None;
            }
            catch (Exception)
            {
                return true;
            }
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            try
            {
                if (inner is null) loss.AddLoss();
                else inner.Log(logLevel, eventId, state, exception, formatter);
            }
            catch (Exception)
            {
                loss.AddLoss();
            }
        }
    }
}
