namespace Kiosk.ReceptionTerminal;

/// <summary>The Japanese calendar day; UTC+9 all year (no summer time since 1951), so no time-zone data is needed.</summary>
internal static class Japan
{
    private static readonly TimeSpan s_offset = TimeSpan.FromHours(9);

    public static DateTimeOffset Time(DateTimeOffset instant) => instant.ToOffset(s_offset);

    public static DateOnly Day(DateTimeOffset instant) => DateOnly.FromDateTime(Time(instant).DateTime);

    /// <param name="local">A certificate's notAfter: .NET gives it in the machine's local time.</param>
    public static DateOnly Day(DateTime local) => Day(new DateTimeOffset(local.ToUniversalTime(), TimeSpan.Zero));
}
