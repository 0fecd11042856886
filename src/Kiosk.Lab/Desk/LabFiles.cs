namespace Kiosk.Lab.Desk;

/// <summary>The programs that the laboratory starts as processes of their own. All lie beside it.</summary>
internal static class LabFiles
{
    /// <summary>The laboratory itself: <c>card serve</c>, <c>reception run</c>, <c>chaos client</c>.</summary>
    public static string Lab => Of("kiosk-lab.dll");

    /// <summary>The product's kiosk: <c>decode-image</c>.</summary>
    public static string Kiosk => Of("kiosk.dll");

    /// <summary>The product's reception terminal.</summary>
    public static string Reception => Of("reception.dll");

    private static string Of(string name) => Path.Combine(AppContext.BaseDirectory, name);
}
