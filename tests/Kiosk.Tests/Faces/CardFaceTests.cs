using System.Text;
using Kiosk.Core.Cards;
using Kiosk.Core.Values;
using Kiosk.Devices.CardFace;
using Kiosk.Simulators.CardFace;
using OpenCvSharp;

namespace Kiosk.Tests.Faces;

public sealed class CardFaceTests
{
    private const int Year = 2026;
    private static readonly CardPrint Card = new("平成", (5, 4, 9), 2034, "1234");

    private static readonly string[] TemplateFonts =
    [
        "/usr/share/fonts/truetype/bizud-gothic/BIZUDGothic-Regular.ttf", "/usr/share/fonts/truetype/bizud-gothic/BIZUDGothic-Bold.ttf",
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    ];

    /// <summary>APPROVE=1 stores them anew. Another FreeType may draw an edge a little lighter.</summary>
    [SkippableFact]
    public void The_stored_templates_are_what_the_fonts_they_name_look_like()
    {
        Skip.IfNot(TemplateFonts.All(File.Exists),
            "the fonts that the templates are drawn from are not all here (fonts-morisawa-bizud-gothic, fonts-noto-cjk)");
        byte[] drawn = GlyphTemplates.Make(TemplateFonts);
        string home = Path.GetDirectoryName(new Devices.FaceEngine.Models.ModelStore().Home)!;
        string file = Path.Combine(home, "src", "Kiosk.Devices", "CardFace", "glyphs.bin");
        if (Environment.GetEnvironmentVariable("APPROVE") == "1") File.WriteAllBytes(file, drawn);
        (byte[] now, byte[] stored) = (Unpack(drawn), Unpack(File.ReadAllBytes(file)));
        Assert.Equal(stored.Length, now.Length);
        Assert.True(now.Zip(stored).Average(p => Math.Abs(p.First - p.Second)) < 4, "mean difference of the cells, luma");
    }

    [SkippableTheory]
    [InlineData("平成", 5, 4, 9, 2034, "1234")]
    [InlineData("令和", 1, 12, 31, 2031, "0088")]
    [InlineData("昭和", 63, 10, 3, 2026, "9653")]
    [InlineData("大正", 12, 8, 18, 2029, "8086")]
    [InlineData("", 1988, 2, 15, 2028, "5678")]
    public void A_card_in_every_era_is_read_whichever_way_up(string era, int year, int month, int day, int expiry, string code)
    {
        CardPrint print = new(era, (year, month, day), expiry, code);
        Assert.Equal(print.Number, Read(print, new()));
        Assert.Equal(print.Number, Read(print, new(Turn: 180)));
    }

    [SkippableFact]
    public void A_sleeve_a_little_glare_and_a_crooked_card_are_read() =>
        Assert.Equal(Card.Number, Read(Card, new(Turn: 6, Tilt: 0.06, Sleeve: true, Glare: 0.15, GlareX: 0.2)));

    [SkippableTheory]
    [InlineData(0.6, 0.42)]
    [InlineData(0.55, 0.57)]
    [InlineData(0.83, 0.83)]
    public void A_number_under_the_lamps_glare_is_not_guessed(double x, double y) =>
        Assert.Null(Read(Card, new(Glare: 1, GlareX: x, GlareY: y)));

    [SkippableFact]
    public void An_expiry_that_is_no_birthday_is_not_believed()
    {
        using CardFaceReader reader = new();
        using Mat frame = new(480, 640, MatType.CV_8UC3);
        using Mat card = Front(Card);
        using Mat other = Front(Card with { Birth = (5, 4, 8) });
        // The expiry line of another card, as a slip of the reading would leave it.
        using (Mat from = other.SubMat(new Rect(300, 285, 420, 60)))
        using (Mat to = card.SubMat(new Rect(300, 285, 420, 60))) from.CopyTo(to);
        TrayScene.Draw(card, new(), frame);
        Assert.Equal(TrayContent.Unsure, reader.Read(frame, Year, new byte[14]));
    }

    [SkippableFact]
    public void What_else_lies_on_the_tray_is_told_apart()
    {
        Assert.Equal(TrayContent.Nothing, View(null, new()));
        using Mat licence = CardDrawing.Other(Font(), "運転免許証");
        Assert.Equal(TrayContent.OtherCard, View(licence, new()));
        using Mat card = Front(Card);
        Assert.Equal(TrayContent.Unsure, View(card, new(Glare: 1, GlareX: 0.83, GlareY: 0.83)));
        Assert.Equal(TrayContent.Read, View(card, new()));
    }

    [Fact]
    public void Frames_that_disagree_give_no_number()
    {
        using NumberVote vote = new();
        Assert.False(vote.Add(TrayContent.Read, "05040920341234"u8));
        Assert.False(vote.Add(TrayContent.Read, "05040920341235"u8));
        Assert.True(vote.IsContradicted);
        for (int i = 0; i < NumberVote.Needed; i++) Assert.False(vote.Add(TrayContent.Read, "05040920341234"u8));
    }

    [SkippableFact]
    public async Task The_camera_gives_the_number_once_and_no_number_when_it_is_not_there()
    {
        Font();
        SimulatedTrayCamera tray = new(() => Card, TimeProvider.System);
        using PrintedNumberCamera camera = new(tray, TimeProvider.System);
        Secret? number = null;
        // A machine so busy that no frame comes for 2 s takes the camera for dead.
        for (int i = 0; i < 10 && number is null; i++) number = await camera.ReadAsync(CancellationToken.None);
        using Secret sure = number!;
        Assert.Equal(Card.Number, Encoding.ASCII.GetString(sure.Bytes));
        tray.Unplugged = true;
        Assert.Null(await camera.ReadAsync(CancellationToken.None));
    }

    private static byte[] Unpack(byte[] packed)
    {
        using System.IO.Compression.BrotliStream open = new(new MemoryStream(packed), System.IO.Compression.CompressionMode.Decompress);
        using MemoryStream all = new();
        open.CopyTo(all);
        return all.ToArray();
    }

    private static string Font()
    {
        Skip.If(FontGlyphs.Installed.Count == 0, "no font with kanji here");
        return FontGlyphs.Installed[0];
    }

    private static Mat Front(CardPrint print) => CardDrawing.Front(print, Font());

    private static TrayContent View(Mat? card, TrayLook look)
    {
        using CardFaceReader reader = new();
        using Mat frame = new(480, 640, MatType.CV_8UC3);
        TrayScene.Draw(card, look, frame);
        return reader.Read(frame, Year, new byte[14]);
    }

    private static string? Read(CardPrint print, TrayLook look)
    {
        using Mat card = Front(print);
        using CardFaceReader reader = new();
        using NumberVote vote = new();
        using Mat frame = new(480, 640, MatType.CV_8UC3);
        byte[] number = new byte[14];
        for (int i = 0; i < NumberVote.MostFrames; i++)
        {
            TrayScene.Draw(card, look, frame);
            if (vote.Add(reader.Read(frame, Year, number), number)) return Encoding.ASCII.GetString(vote.Number);
        }

        return null;
    }
}
