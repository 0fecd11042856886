namespace Kiosk.Lab.Desk;

/// <summary>What else ends with a desk.</summary>
internal sealed class DisposeAction(Action dispose) : IAsyncDisposable
{
    public ValueTask DisposeAsync()
    {
        dispose();
        return ValueTask.CompletedTask;
    }
}
