namespace Kiosk.Windows;

/// <summary>The long part runs with <c>./dev test --windows</c>.</summary>
internal static class LongTests
{
    public const string Skipped = "minutes; ./dev test --windows";

    public static bool Wanted => Environment.GetEnvironmentVariable("KIOSK_WINDOWS_TESTS") == "1";
}
