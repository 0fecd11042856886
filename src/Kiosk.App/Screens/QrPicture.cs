using System.Globalization;
using System.Text;
using QRCoder;

namespace Kiosk.App.Screens;

/// <summary>A QR code (ISO/IEC 18004) as one SVG path.</summary>
/// <param name="Modules">Modules of one side, including four quiet ones at each end.</param>
/// <param name="Path">Each run of dark modules as a rectangle one module high.</param>
public sealed record QrPicture(int Modules, string Path)
{
    private static (string Text, QrPicture Picture)? _last;

    /// <summary>Encodes a text. The last picture is kept, because the same text is asked for again and again.</summary>
    public static QrPicture Encode(string text)
    {
        if (_last is var (known, picture) && known == text) return picture;
        QrPicture made = Make(text);
        _last = (text, made);
        return made;
    }

    private static QrPicture Make(string text)
    {
        // Error correction level M: the code can be read when 15 % of it is lost to glare or dirt.
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
