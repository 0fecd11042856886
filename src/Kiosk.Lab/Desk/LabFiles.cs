namespace Kiosk.Lab.Desk;

/// <summary>The programs that the lab starts as child processes. All are in the folder of the lab program.</summary>
internal static class LabFiles
{
    /// <summary>The lab program itself: <c>card serve</c>, <c>reception run</c>, <c>chaos client</c>.</summary>
    public static string Lab => PathOf("kiosk-lab.dll");

    /// <summary>The product's kiosk: <c>decode-image</c>.</summary>
    public static string Kiosk => PathOf("kiosk.dll");

    /// <summary>The product's reception terminal.</summary>
    public static string Reception => PathOf("reception.dll");

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, name);
}
