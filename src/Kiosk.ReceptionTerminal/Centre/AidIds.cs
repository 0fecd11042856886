namespace Kiosk.ReceptionTerminal.Centre;

/// <summary>How a record of 医療費助成 is named between kiosk and reception: by its place in the centre's answer.</summary>
internal static class AidIds
{
    public static string IdOf(int index) => $"aid-{index + 1}";
}
