namespace Kiosk.Devices.Camera;

/// <summary>
/// Checks that a JPEG of a camera is whole. libjpeg fills what is missing with grey and only warns, and a half grey face must not be
/// compared. (ITU-T T.81, B.1.1: markers and segments.)
/// </summary>
internal static class MotionJpeg
{
    private const byte Marker = 0xFF, StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA, Stuffed = 0x00;

    /// <summary>Length of the picture from its first to its last byte; the rest of the buffer is padding.</summary>
    /// <returns>0: the picture is empty, cut off or damaged.</returns>
    public static int Length(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 4 || frame[0] != Marker || frame[1] != StartOfImage) return 0;
        int at = 2;
        bool scanned = false;
        while (at + 1 < frame.Length)
        {
            if (frame[at] != Marker) return 0;
            byte marker = frame[at + 1];
            if (marker == Marker)
            {
                // A marker may be preceded by any number of fill bytes.
                at++;
                continue;
            }
            at += 2;
            if (marker == EndOfImage) return scanned ? at : 0;
            if (marker is Stuffed or StartOfImage) return 0;
            if (at + 2 > frame.Length) return 0;
            int length = (frame[at] << 8) | frame[at + 1];
            if (length < 2 || at + length > frame.Length) return 0;
            at += length;
            if (marker != StartOfScan) continue;
            scanned = true;
            at = EndOfScan(frame, at);
            if (at < 0) return 0;
        }
        return 0;
    }

    /// <returns>Where the next marker is that is neither a stuffed byte nor a restart (RST0 to RST7); -1: none.</returns>
    private static int EndOfScan(ReadOnlySpan<byte> frame, int at)
    {
        while (true)
        {
            int step = frame[at..].IndexOf(Marker);
            if (step < 0 || at + step + 1 >= frame.Length) return -1;
            at += step;
            if (frame[at + 1] is not (Stuffed or >= 0xD0 and <= 0xD7)) return at;
            at += 2;
        }
    }
}
