namespace Kiosk.Core.Faces;

/// <summary>The tinted side of the screen, as the patient sees it.</summary>
public enum LightSide
{
    /// <summary>No side: the page as it always is.</summary>
    Even,
    Left,
    Right,
    Top,
    Bottom,
}

/// <summary>Tint of that side. The other side has half of the other tint.</summary>
public enum LightHue
{
    White,
    Warm,
    Cool,
}

/// <summary>One step of the light around the preview. <c>default</c>: no step.</summary>
public readonly record struct LightStep(LightSide Side, LightHue Hue)
{
    /// <summary>Steps in one challenge; each side is the tinted one once.</summary>
    public const int Count = 4;

    /// <summary>
    /// How long one step stays. 2.2 changes a second; a flash is a pair of changes, so there is about one in a second (WCAG 2.2, 2.3.1
    /// allows three).
    /// </summary>
    public static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(450);

    /// <summary>Linear light of one colour channel at a place of the page, 0 to 1.</summary>
    /// <param name="x">-1 (left edge, as the patient sees it) to 1 (right edge).</param>
    /// <param name="y">-1 (upper edge) to 1 (lower edge).</param>
    public (double Red, double Green, double Blue) At(double x, double y)
    {
        double along = Side switch
        {
            LightSide.Left => -x,
            LightSide.Right => x,
            LightSide.Top => -y,
            LightSide.Bottom => y,
            _ => 1,
        };
        double share = (1 + along) / 2;
        (double red, double green, double blue) = Tint(Hue);
        (double otherRed, double otherGreen, double otherBlue) = Tint(Opposite);
        // Half of the other tint is half way from it to white.
        return ((share * red) + ((1 - share) * (1 + otherRed) / 2), (share * green) + ((1 - share) * (1 + otherGreen) / 2),
            (share * blue) + ((1 - share) * (1 + otherBlue) / 2));
    }

    /// <summary>Linear share of each channel: a pale amber, a pale blue. No saturated red (WCAG 2.2, 2.3.1).</summary>
    public static (double Red, double Green, double Blue) Tint(LightHue hue) => hue switch
    {
        LightHue.Warm => (1, 0.75, 0.45),
        LightHue.Cool => (0.5, 0.8, 1),
        _ => (1, 1, 1),
    };

    private LightHue Opposite => Hue switch
    {
        LightHue.Warm => LightHue.Cool,
        LightHue.Cool => LightHue.Warm,
        _ => LightHue.White,
    };

    /// <summary>A random order: each side once, two steps warm and two cool. 144 orders.</summary>
    /// <param name="below">Gives a random number from 0 to below its argument.</param>
    public static LightStep[] RandomOrder(Func<int, int> below)
    {
        LightSide[] sides = [LightSide.Left, LightSide.Right, LightSide.Top, LightSide.Bottom];
        LightHue[] hues = [LightHue.Warm, LightHue.Warm, LightHue.Cool, LightHue.Cool];
        Shuffle(sides, below);
        Shuffle(hues, below);
        return [.. sides.Zip(hues, (side, hue) => new LightStep(side, hue))];
    }

    /// <summary>All orders that <see cref="RandomOrder"/> can give.</summary>
    public static IEnumerable<LightStep[]> AllOrders() =>
        from a in Enumerable.Range(0, Count)
        from b in Enumerable.Range(0, Count)
        from c in Enumerable.Range(0, Count)
        let d = 6 - a - b - c
        where a != b && a != c && b != c
        from warm in WarmPairs
        select Enumerable.Range(0, Count).Select(i => new LightStep(
            (LightSide)(1 + (i switch { 0 => a, 1 => b, 2 => c, _ => d })), warm.Contains(i) ? LightHue.Warm : LightHue.Cool)).ToArray();

    private static readonly int[][] WarmPairs = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]];

    private static void Shuffle<T>(T[] items, Func<int, int> below)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int other = below(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }
}

/// <summary>The screen as a light, for the face check. Implemented by whoever draws the page.</summary>
public interface IFaceLight
{
    /// <summary>False: this patient asked for a calm screen, or the screen is dark. Then no step is shown, and nothing is judged.</summary>
    bool Allowed { get; }

    /// <summary>Light in the room, lux; null: there is no sensor.</summary>
    double? RoomLux { get; }

    /// <summary>Shows a step until the next call; <c>default</c> ends the steps. Returns at once.</summary>
    void Show(LightStep step);
}

/// <summary>What the light's steps say about the face.</summary>
public enum LightAnswer
{
    /// <summary>Nothing: the other checks decide. The reason is in <see cref="LightFinding.Why"/>.</summary>
    Abstains,
    Live,
    Attack,
}

/// <summary>Why the light was not judged, or what it was judged to be.</summary>
public enum LightReason
{
    /// <summary>The steps were not shown, or not for long enough.</summary>
    NotShown,

    /// <summary>The light of the screen cannot be told from the noise: the room is too bright, or the face moves too much.</summary>
    TooBright,

    /// <summary>The camera changed its exposure by itself.</summary>
    ExposureNotHeld,

    /// <summary>The light came back as a head reflects it.</summary>
    Head,

    /// <summary>No light came back: the face gives its own light (a tablet).</summary>
    NoReturn,

    /// <summary>Too much light came back, or only from a part of the face: the glass of a tablet mirrors the panel.</summary>
    Mirror,

    /// <summary>Light of another order came back: a film of a lit face.</summary>
    OtherOrder,

    /// <summary>The light came back as from a flat or bent sheet.</summary>
    Sheet,
}

/// <summary>Result of the light's steps. Holds no picture.</summary>
/// <param name="Return">Light that came back, relative to what is expected in this room; NaN: the room's light is unknown.</param>
/// <param name="Evenness">Return of the cells that send back the least (15th percentile), as a share of the median.</param>
/// <param name="Order">How much better the shown order explains the face than the best other one: more than 0 is better.</param>
/// <param name="Relief">How much better a head explains the face than the best sheet: about 1 for a head, negative for a sheet.</param>
/// <param name="Clarity">Difference between head and sheet that is to be expected, in standard deviations.</param>
public sealed record LightFinding(
    LightAnswer Answer, LightReason Why, double Return = double.NaN, double Evenness = double.NaN, double Order = double.NaN,
    double Relief = double.NaN, double Clarity = double.NaN)
{
    public static LightFinding NotShown { get; } = new(LightAnswer.Abstains, LightReason.NotShown);

    /// <summary>One line for the log.</summary>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{Why}, return {Return:F2}, evenness {Evenness:F2}, order {Order:F2}, relief {Relief:F2}, clarity {Clarity:F1}");
}

/// <summary>
/// Limits for one camera and panel. <c>kiosk-lab bench pad-light</c> measures them. The default figures are from drawn people and are not
/// those of a real camera.
/// </summary>
/// <param name="ReturnLux">The return of a face, times the lux of the room: a constant of panel and camera.</param>
/// <param name="LeastReturn">Share of the expected return below which no light came back.</param>
/// <param name="MostReturn">Above this share a mirror sent it back.</param>
/// <param name="LeastEvenness">Least <see cref="LightFinding.Evenness"/>.</param>
/// <param name="LeastOrder">Least <see cref="LightFinding.Order"/>; below its negative the light is of another order.</param>
/// <param name="LeastRelief">Least <see cref="LightFinding.Relief"/>.</param>
/// <param name="LeastClarity">Below this <see cref="LightFinding.Clarity"/> head and sheet cannot be told apart.</param>
/// <param name="SettleMs">From the request of a step until the camera shows it: page, panel and camera together.</param>
public sealed record LightRule(
    double ReturnLux = 400, double LeastReturn = 0.3, double MostReturn = 3, double LeastEvenness = 0.2, double LeastOrder = 0.1,
    double LeastRelief = 0.1, double LeastClarity = 4, double SettleMs = 150);
