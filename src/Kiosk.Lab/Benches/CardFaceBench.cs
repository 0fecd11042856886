using System.Globalization;
using System.Text;
using Kiosk.Core.Cards;
using Kiosk.Devices.CardFace;
using Kiosk.Simulators.CardFace;
using OpenCvSharp;

namespace Kiosk.Lab.Benches;

/// <summary>
/// Result of one kind of disturbance. Each card is one try with up to <see cref="NumberVote.MostFrames"/> frames, as in a visit.
/// </summary>
/// <param name="Mild">True: it counts for the target, at most 5 % refused.</param>
public sealed record CardFaceRates(string Disturbance, bool Mild, int Cards, int Right, int Wrong, int Refused);

/// <param name="MsPerFrame">Median time of one frame on one core, ms.</param>
/// <param name="FalseReads">Pictures without a My Number Card (empty tray, other cards) in which a number was read.</param>
public sealed record CardFaceReport(
    int Cards, int Right, int Wrong, int Refused, double RefusedMild, int FalseReads, double MsPerFrame, IReadOnlyList<string> Fonts,
        IReadOnlyList<CardFaceRates> Disturbances);

/// <summary><c>kiosk-lab bench cardface</c>: cards with random numbers in every installed font, with drawn disturbances.</summary>
public static class CardFaceBench
{
    private const int Year = 2026;

    /// <summary>Mild: a card that is laid down with some care. Otherwise: no digit may be wrong, and refusing to read is correct.</summary>
    private static readonly (string Name, bool Mild, Func<Dice, TrayLook> Look)[] Kinds =
    [
        ("flat", true, _ => new()),
        ("turned up to 8 degrees", true, d => new(Turn: d.Between(-8, 8), X: d.Between(-15, 15), Y: d.Between(-20, 20))),
        ("upside-down", true, d => new(Turn: 180 + d.Between(-5, 5))),
        ("tilted", true, d => new(Tilt: d.Between(-0.10, 0.10), Turn: d.Between(-4, 4))),
        ("in a sleeve", true, d => new(Sleeve: true, Turn: d.Between(-4, 4))),
        ("weak glare", true, d =>
            new(Glare: d.Between(0.1, 0.25), GlareX: d.Between(0.3, 0.9), GlareY: d.Between(0.3, 0.9), Turn: d.Between(-4, 4))),
        ("darker or lighter", true, d => new(Light: d.Between(0.6, 1.1), Turn: d.Between(-4, 4))),
        ("a little blurred", true, d => new(Blur: d.Between(0.6, 1.0), Turn: d.Between(-4, 4))),
        ("strong glare over the print", false,
            d => new(Glare: d.Between(0.6, 1), GlareX: d.Between(0.4, 0.9), GlareY: d.Between(0.35, 0.9))),
        ("blurred", false, d => new(Blur: d.Between(1.5, 3.5))),
        ("dark", false, d => new(Light: d.Between(0.08, 0.3))),
        ("turned up to 20 degrees in a sleeve with glare", false,
            d => new(Turn: d.Between(-20, 20), Sleeve: true, Glare: d.Between(0.3, 0.7), GlareX: d.Between(0.3, 0.9),
            GlareY: d.Between(0.3, 0.9))),
        ("tilted far", false, d => new(Tilt: d.Between(0.2, 0.35), Turn: d.Between(-10, 10))),
    ];

    /// <param name="cards">Cards for each disturbance.</param>
    /// <exception cref="InvalidDataException">No font with kanji on this machine.</exception>
    public static CardFaceReport Run(int cards, IProgress<string> progress, CancellationToken stop)
    {
        IReadOnlyList<string> fonts = FontGlyphs.Installed;
        if (fonts.Count == 0)
            throw new InvalidDataException("no font with kanji is installed: install fonts-morisawa-bizud-gothic or fonts-noto-cjk");
        using CardFaceReader reader = new();
        List<CardFaceRates> all = [];
        List<double> times = [];
        Dice dice = new(1);
        foreach ((string name, bool mild, Func<Dice, TrayLook> look) in Kinds)
        {
            int right = 0, wrong = 0, refused = 0;
            for (int i = 0; i < cards; i++)
            {
                stop.ThrowIfCancellationRequested();
                CardPrint print = Random(dice);
                using Mat card = CardDrawing.Front(print, fonts[i % fonts.Count]);
                switch (Try(reader, card, look(dice), times))
                {
                    case null: refused++; break;
                    case { } read when read == print.Number: right++; break;
                    default: wrong++; break;
                }
            }

            all.Add(new(name, mild, cards, right, wrong, refused));
            progress.Report($"{name}: {right} right, {wrong} wrong, {refused} refused");
        }

        int falseReads = 0;
        foreach (string title in (string[])["運転免許証", "健康保険被保険者証", "診察券"])
        {
            using Mat other = CardDrawing.Other(fonts[0], title);
            if (Try(reader, other, new(), times) is not null) falseReads++;
        }

        if (Try(reader, null, new(), times) is not null) falseReads++;
        times.Sort();
        CardFaceRates[] mildOnes = [.. all.Where(r => r.Mild)];
        return new(
            all.Sum(r => r.Cards), all.Sum(r => r.Right), all.Sum(r => r.Wrong), all.Sum(r => r.Refused),
            Math.Round((double)mildOnes.Sum(r => r.Refused) / mildOnes.Sum(r => r.Cards), 4), falseReads,
            Math.Round(times[times.Count / 2], 2), [.. fonts.Select(f => Path.GetFileName(f)!)], all);
    }

    private static string? Try(CardFaceReader reader, Mat? card, TrayLook look, List<double> times)
    {
        using Mat frame = new(480, 640, MatType.CV_8UC3);
        using NumberVote vote = new();
        Span<byte> number = stackalloc byte[PrintedFields.Digits];
        for (int i = 0; i < NumberVote.MostFrames; i++)
        {
            TrayScene.Draw(card, look, frame);
            long begun = System.Diagnostics.Stopwatch.GetTimestamp();
            TrayContent view = reader.Read(frame, Year, number);
            times.Add(System.Diagnostics.Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            if (vote.Add(view, number)) return Encoding.ASCII.GetString(vote.Number);
        }

        return null;
    }

    private static CardPrint Random(Dice dice)
    {
        (string era, int least, int most) = dice.OneOf<(string, int, int)>([("大正", 1, 15), ("昭和", 1, 64), ("平成", 1, 31), ("令和", 1, 8)]);
        int month = 1 + dice.Below(12);
        int day = 1 + dice.Below(DateTime.DaysInMonth(Year - 1, month));
        return new(era, (least + dice.Below(most - least + 1), month, day), Year + dice.Below(11),
            dice.Below(10000).ToString("0000", CultureInfo.InvariantCulture));
    }

    /// <summary>Random values that are the same in every run (Knuth's MMIX generator).</summary>
    private sealed class Dice(ulong seed)
    {
        private ulong _state = seed;

        private ulong Next() => _state = unchecked((_state * 6364136223846793005) + 1442695040888963407);

        public int Below(int limit) => (int)((Next() >> 33) % (ulong)limit);

        public double Between(double low, double high) => low + ((high - low) * Below(10001) / 10000);

        public T OneOf<T>(T[] values) => values[Below(values.Length)];
    }
}
