using System.Globalization;
using System.Text;
using QRCoder;

namespace Kiosk.App.Screens;

/// <summary>A QR code (ISO/IEC 18004) as one SVG path.</summary>
/// <param name="Modules">Modules of a side, with the four quiet ones on each.</param>
/// <param name="Path">Every dark run as a rectangle one module high.</param>
public sealed record QrPicture(int Modules, string Path)
{
    private static (string Text, QrPicture Picture)? _last;

    /// <summary>The same text comes again and again: the last one is kept.</summary>
    public static QrPicture Of(string text)
    {
        if (_last is var (known, picture) && known == text) return picture;
        QrPicture made = Make(text);
        _last = (text, made);
        return made;
    }

    private static QrPicture Make(string text)
    {
        // M: 15 % may be lost to glare or a smear on the glass.
        using QRCodeData code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        StringBuilder path = new();
        int all = code.ModuleMatrix.Count;
        for (int y = 0; y < all; y++)
        {
            for (int x = 0, run; x < all; x += Math.Max(run, 1))
            {
                for (run = 0; x + run < all && code.ModuleMatrix[y][x + run]; run++) { }
                if (run > 0) path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h{run}v1h-{run}z");
            }
        }
        return new(all, path.ToString());
    }
}
