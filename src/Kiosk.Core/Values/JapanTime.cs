namespace Kiosk.Core.Values;

/// <summary>
/// Japanese standard time. Japan has had UTC+9 all year since 1952 (no summer time), so no time-zone data is needed and an image without
/// tzdata gives the same days.
/// </summary>
public static class JapanTime
{
    /// <summary>UTC+9.</summary>
    public static readonly TimeSpan Offset = TimeSpan.FromHours(9);

    /// <summary>The same instant with the offset of Japan.</summary>
    public static DateTimeOffset At(DateTimeOffset instant) => instant.ToOffset(Offset);

    /// <summary>The calendar day in Japan at this instant.</summary>
    public static DateOnly DateOf(DateTimeOffset instant) => DateOnly.FromDateTime(At(instant).DateTime);
}
