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

    /// <summary>The whole page has the tint.</summary>
    Whole,
}

/// <summary>Tint of that side. The other side has the other tint.</summary>
public enum LightHue
{
    White,
    Warm,
    Cool,
}

/// <summary>One step of the light around the preview. <c>default</c>: no step.</summary>
public readonly record struct LightStep(LightSide Side, LightHue Hue)
{
    /// <summary>Steps in one challenge: each side is the warm one once, and once the whole page has a tint.</summary>
    public const int Count = 5;

    /// <summary>Half of the width, -1 to 1, over which one tint goes over into the other.</summary>
    public const double Blend = 0.3;

    /// <summary>
    /// How long one step stays. 2.2 changes a second; a flash is a pair of changes, so there is about one in a second (WCAG 2.2, 2.3.1
    /// allows three). The two tints are about equally bright, so that from step to step only the hue changes.
    /// </summary>
    public static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(450);

    /// <summary>Hue of the status light in this step, so that it changes as well.</summary>
    public LightHue Lamp => Side is LightSide.Right or LightSide.Bottom ? Opposite : Hue;

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
        double share = Math.Clamp((1 + (along / Blend)) / 2, 0, 1);
        (double red, double green, double blue) = Tint(Hue);
        (double otherRed, double otherGreen, double otherBlue) = Tint(Opposite);
        return ((share * red) + ((1 - share) * otherRed), (share * green) + ((1 - share) * otherGreen),
            (share * blue) + ((1 - share) * otherBlue));
    }

    /// <summary>Linear share of each channel: apricot and sky blue. No saturated red (WCAG 2.2, 2.3.1).</summary>
    public static (double Red, double Green, double Blue) Tint(LightHue hue) => hue switch
    {
        LightHue.Warm => (0.95, 0.6, 0.15),
        LightHue.Cool => (0.25, 0.66, 1),
        _ => (1, 1, 1),
    };

    private LightHue Opposite => Hue switch
    {
        LightHue.Warm => LightHue.Cool,
        LightHue.Cool => LightHue.Warm,
        _ => LightHue.White,
    };

    /// <summary>A random one of <see cref="AllOrders"/>.</summary>
    /// <param name="below">Gives a random number from 0 to below its argument.</param>
    public static LightStep[] RandomOrder(Func<int, int> below) => [.. Orders[below(Orders.Length)]];

    /// <summary>All orders of the steps: 240.</summary>
    public static IEnumerable<LightStep[]> AllOrders() => Orders.Select(order => (LightStep[])[.. order]);

    private static readonly LightStep[][] Orders =
    [
        .. from whole in (LightHue[])[LightHue.Warm, LightHue.Cool]
           from order in Permutations([
               new(LightSide.Left, LightHue.Warm), new(LightSide.Right, LightHue.Warm), new(LightSide.Top, LightHue.Warm),
               new(LightSide.Bottom, LightHue.Warm), new(LightSide.Whole, whole)])
           select order,
    ];

    private static IEnumerable<LightStep[]> Permutations(LightStep[] steps)
    {
        if (steps.Length == 1) return [steps];
        return steps.SelectMany(first => Permutations([.. steps.Where(s => s != first)]).Select(rest => (LightStep[])[first, .. rest]));
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

    /// <summary>The camera changed its exposure or its white balance by itself.</summary>
    ExposureNotHeld,

    /// <summary>The light came back as a head reflects it.</summary>
    Head,

    /// <summary>No light came back: the face gives its own light (a tablet).</summary>
    NoReturn,

    /// <summary>Too much light came back, or not as from skin or paper: the glass of a tablet mirrors the panel.</summary>
    Mirror,

    /// <summary>Light came back, but head and sheet explain it about equally well.</summary>
    NotClear,

    /// <summary>Light of another order came back: a film of a lit face.</summary>
    OtherOrder,

    /// <summary>The light came back as from a flat or bent sheet.</summary>
    Sheet,
}

/// <summary>Result of the light's steps. Holds no picture.</summary>
/// <param name="Return">Light that came back, relative to what is expected in this room; NaN: the room's light is unknown.</param>
/// <param name="Misfit">What a head and free factors leave unexplained, in units of the noise: 0.3 to 2 for skin and paper, more for a
/// mirror.</param>
/// <param name="Order">How much better the shown order explains the face than the best other one (difference of chi squared): more than 0
/// is better.</param>
/// <param name="Relief">How much better a head explains the face than the best sheet (difference of chi squared): negative for a sheet.
/// </param>
/// <param name="Clarity">The relief that is to be expected of a head, without noise.</param>
public sealed record LightFinding(
    LightAnswer Answer, LightReason Why, double Return = double.NaN, double Misfit = double.NaN, double Order = double.NaN,
    double Relief = double.NaN, double Clarity = double.NaN)
{
    public static LightFinding NotShown { get; } = new(LightAnswer.Abstains, LightReason.NotShown);

    /// <summary>One line for the log.</summary>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{Why}, return {Return:F2}, misfit {Misfit:F2}, order {Order:F0}, relief {Relief:F1}, clarity {Clarity:F1}");
}

/// <summary>
/// Limits for one camera and panel. <c>kiosk-lab bench pad-light</c> measures them. The default figures are from drawn people and are not
/// those of a real camera.
/// </summary>
/// <param name="ReturnLux">The return of a face, times the lux of the room: a constant of panel and camera; 0.1 to 1e6.</param>
/// <param name="LeastReturn">Share of the expected return below which no light came back, 0 to 1.</param>
/// <param name="MostReturn">Above this share of the expected return a mirror sent it back, 1 to 100.</param>
/// <param name="MostMisfit">Above this <see cref="LightFinding.Misfit"/> it is neither skin nor paper, 1 to 1000.</param>
/// <param name="LeastOrder">Least <see cref="LightFinding.Order"/>; below its negative the light is of another order; 0 to 1e6.</param>
/// <param name="MostSheet">Below this <see cref="LightFinding.Relief"/> it is a sheet, -1e6 to 0.</param>
/// <param name="LeastHead">Above this <see cref="LightFinding.Relief"/> it is a head. Between the two the light abstains. 0 to 1e6.</param>
/// <param name="LeastClarity">Below this <see cref="LightFinding.Clarity"/> head and sheet are not told apart, 0 to 1e6.</param>
/// <param name="SettleMs">From the request of a step until the camera shows it: page, panel and camera together; ms, 0 to 300.</param>
public sealed record LightRule(
    double ReturnLux = 400, double LeastReturn = 0.3, double MostReturn = 4, double MostMisfit = 8, double LeastOrder = 20,
    double MostSheet = -15, double LeastHead = 5, double LeastClarity = 12, double SettleMs = 150);
