using Kiosk.Core.Failures;

namespace Kiosk.Devices.Tamper;

/// <summary>Remembers over power cuts that the case was opened, until staff release it. The latch is set while the file exists.</summary>
/// <param name="path">E.g. <c>tamper.latch</c> beside the journal.</param>
public sealed class TamperLatch(string path)
{
    public bool IsSet => File.Exists(path);

    /// <exception cref="FailureException">JournalBroken: the file cannot be written.</exception>
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
