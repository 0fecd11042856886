using Kiosk.Core;

namespace Kiosk.Devices.Tamper;

/// <summary>Remembers over power cuts that the case was opened, until staff release it: the file is there or not.</summary>
/// <param name="path">E.g. <c>tamper.latch</c> beside the journal.</param>
public sealed class TamperLatch(string path)
{
    public bool IsSet => File.Exists(path);

    /// <exception cref="FailureException">JournalBroken: the disk does not take it.</exception>
    public void Set()
    {
        try
        {
            using FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.Write);
            file.Flush(flushToDisk: true);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(Failure.JournalBroken, path, wrong);
        }
    }

    public void Release() => File.Delete(path);
}
