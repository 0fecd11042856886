using System.Text.Json;
using System.Text.Json.Nodes;
using Kiosk.Simulators.Camera;
using OpenCvSharp;

namespace Kiosk.Simulators.CardReader;

/// <summary>Writes the JSON file of a new virtual card. The file contains only the differences to another card.</summary>
/// <param name="Like">Name of the compiled-in card that the new card is based on.</param>
/// <param name="Photo">Picture of a face in any format that OpenCV reads. It is cropped and converted to grey JPEG 2000 of about 5
/// KB.</param>
/// <param name="NameImage">Picture of the name, black on white. It is converted to 1 bit, at most 1024 × 256.</param>
/// <param name="Birth">YYYYMMDD.</param>
/// <param name="BirthAsPrinted">Six digits of the Japanese era; null: made from <paramref name="Birth"/>.</param>
/// <param name="CertificateDays">Last day of the certificate, in days from today.</param>
/// <param name="Fault">A fault in the syntax of <see cref="CardFaults.Words"/>.</param>
public sealed record CardFileMaker(
    string Like, string? What, string? Photo, string? NameImage, string? Pin, int? PinTriesLeft, string? Birth, string? BirthAsPrinted,
        int? CertificateDays, string? Fault)
{
    private const string Jpki = "D392F000260100000001";

    private static readonly JsonSerializerOptions _readable =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>First days of 明治, 大正, 昭和, 平成, 令和. Eras change on a day, not at the end of a year.</summary>
    private static readonly DateOnly[] _eras = [new(1868, 1, 25), new(1912, 7, 30), new(1926, 12, 25), new(1989, 1, 8), new(2019, 5, 1)];

    /// <returns>The JSON text. Saved as a file, it can be given to `insert` and <see cref="CardSheet"/>.</returns>
    /// <exception cref="InvalidDataException">A value is not possible on a card; the message says which.</exception>
    public string Make()
    {
        JsonObject card = new() { ["like"] = Like, ["what"] = What ?? $"based on {Like}" };
        JsonObject printed = [];
        if (Birth is not null)
        {
            if (!DateOnly.TryParseExact(Birth, "yyyyMMdd", out DateOnly day))
                throw new InvalidDataException($"birth {Birth}: must be YYYYMMDD");
            printed["birth"] = Birth;
            printed["birthAsPrinted"] = BirthAsPrinted ?? InEra(day);
        }
        else if (BirthAsPrinted is not null)
        {
            printed["birthAsPrinted"] = BirthAsPrinted;
        }

        if (printed["birthAsPrinted"]?.GetValue<string>() is { } six && (six.Length != 6 || !six.All(char.IsAsciiDigit)))
            throw new InvalidDataException($"birth as printed {six}: must be six digits");
        if (Photo is not null) printed["photo"] = Convert.ToBase64String(PhotoOf(Photo));
        if (NameImage is not null) printed["name"] = Convert.ToBase64String(NameOf(NameImage));
        if (printed.Count > 0) card["printed"] = printed;
        if (CertificateDays is { } days) card["certificateEndsInDays"] = days;
        if (Fault is { } fault)
        {
            _ = CardFaults.Parse(fault.Split(' '));
            card["fault"] = fault;
        }

        JsonObject pin = [];
        if (Pin is not null) pin["value"] = Pin.Length == 4 && Pin.All(char.IsAsciiDigit)
            ? Pin : throw new InvalidDataException("PIN: must be four digits");
        if (PinTriesLeft is { } left)
            pin["left"] = left is >= 0 and <= 3 ? left : throw new InvalidDataException("tries left: must be 0 to 3");
        if (pin.Count > 0)
            card["applications"] = new JsonObject { [Jpki] = new JsonObject { ["pins"] = new JsonObject { ["0018"] = pin } } };
        return card.ToJsonString(_readable);
    }

    private static string InEra(DateOnly day)
    {
        DateOnly era = _eras.LastOrDefault(first => first <= day);
        if (era == default) throw new InvalidDataException("birth: before 明治");
        return $"{day.Year - era.Year + 1:D2}{day.Month:D2}{day.Day:D2}";
    }

    private static byte[] PhotoOf(string file)
    {
        using Mat picture = Read(file, ImreadModes.Color);
        return CardPicture.MakeOfAny(picture);
    }

    private static byte[] NameOf(string file)
    {
        using Mat picture = Read(file, ImreadModes.Grayscale);
        if (picture.Width > 1024 || picture.Height > 256) throw new InvalidDataException($"{file}: at most 1024 × 256 pixels");
        Cv2.Threshold(picture, picture, 127, 255, ThresholdTypes.Binary);
        Cv2.ImEncode(".png", picture, out byte[] png, [(int)ImwriteFlags.PngBilevel, 1]);
        return png;
    }

    private static Mat Read(string file, ImreadModes mode)
    {
        Mat picture = Cv2.ImRead(file, mode);
        if (!picture.Empty()) return picture;
        picture.Dispose();
        throw new InvalidDataException($"{file}: not a picture that OpenCV can read");
    }
}
