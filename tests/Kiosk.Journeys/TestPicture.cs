using Kiosk.Core.Faces;

namespace Kiosk.Journeys;

/// <summary>A camera that always shows the same JPEG and counts the frames it has given.</summary>
public sealed class TestPicture : IPreview
{
    private static readonly byte[] Jpeg = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "person.jpg"));

    private int _given;

    public bool Open { get; set; } = true;

    /// <summary>Number of frames given so far.</summary>
    public int Given => Volatile.Read(ref _given);

    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken stop)
    {
        if (!Open) return null;
        await Task.Delay(TimeSpan.FromMilliseconds(33), TimeProvider.System, stop);
        Interlocked.Increment(ref _given);
        return Jpeg;
    }
}
