namespace Kiosk.App.Simulated;

/// <summary>What else ends with a desk.</summary>
internal sealed class Also(Action dispose) : IAsyncDisposable
{
    public ValueTask DisposeAsync()
    {
        dispose();
        return ValueTask.CompletedTask;
    }
}
