namespace Kiosk.Devices.PictureDecoder;

/// <summary>Closes the decoder process for ever, when everything is loaded and before the first byte of a picture is read.</summary>
internal static class DecoderLock
{
    /// <param name="missing">What this system does not give; null: nothing. The other layers hold.</param>
    /// <returns>False: the system refused a limit, and no picture may be opened.</returns>
    public static bool Close(out string? missing)
    {
        missing = null;
        if (OperatingSystem.IsWindows())
        {
            missing = WindowsJob.Close() ?? WindowsToken.Close() ?? "a system-call filter (Windows has none)";
            return true;
        }

        if (!OperatingSystem.IsLinux())
        {
            missing = "limits and a system-call filter (Linux only)";
            return true;
        }

        if (!ChildLimits.Set()) return false;
        missing = SystemCallFilter.Close();
        return true;
    }
}
