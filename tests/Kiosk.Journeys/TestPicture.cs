using Kiosk.Core.Faces;

namespace Kiosk.Journeys;

/// <summary>A camera that is open or not and always shows the same JPEG; counts who waits for its picture.</summary>
public sealed class TestPicture : IPreview
{
    private static readonly byte[] Jpeg = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "person.jpg"));

    private int _given;

    public bool Open { get; set; } = true;

    /// <summary>Frames given so far.</summary>
    public int Given => Volatile.Read(ref _given);

    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken stop)
    {
        if (!Open) return null;
        await Task.Delay(TimeSpan.FromMilliseconds(33), TimeProvider.System, stop);
        Interlocked.Increment(ref _given);
        return Jpeg;
    }
}
