namespace Kiosk.Image;

/// <summary>Figures that the tests measure: a line each in artifacts/image/figures.txt.</summary>
public static class Figures
{
    public static void Note(string what, string figure) =>
        File.AppendAllText(Path.Combine(Product.Artifacts, "figures.txt"), $"{what}: {figure}{Environment.NewLine}");
}
