namespace Kiosk.Lab.Desk;

/// <summary>Runs an action when the desk is disposed.</summary>
internal sealed class DisposeAction(Action dispose) : IAsyncDisposable
{
    public ValueTask DisposeAsync()
    {
        dispose();
        return ValueTask.CompletedTask;
    }
}
