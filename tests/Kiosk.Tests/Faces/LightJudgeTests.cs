using System.Numerics;
using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine.Presentation;

namespace Kiosk.Tests.Faces;

/// <summary>
/// The judge of the light's steps on drawings that can be written down: a half sphere, a plane and a cylinder 440 mm before 400
/// lamps in the plane of the panel, under an even room light.
/// </summary>
public sealed class LightJudgeTests
{
    private const double Room = 300;
    private const double Nits = 300;
    private const int Lamps = 20;

    /// <summary>The whole panel gives light.</summary>
    private static readonly LightGeometry Geometry = new(Covered: []);
    private static readonly LightStep[] Steps =
    [
        default,
        new(LightSide.Top, LightHue.Warm), new(LightSide.Left, LightHue.Warm), new(LightSide.Whole, LightHue.Cool),
        new(LightSide.Bottom, LightHue.Warm), new(LightSide.Right, LightHue.Warm),
    ];

    private static readonly (double X, double Y)[] Grid =
        [.. from y in Enumerable.Range(-4, 9) from x in Enumerable.Range(-3, 7) select (x / 4.0, y / 5.0)];

    /// <summary>Places in mm: a face of 126 mm by 202 mm.</summary>
    private static readonly Vector3[] Places = [.. Grid.Select(g => new Vector3((float)(63 * g.X), (float)(84 * g.Y), 440))];

    [Fact]
    public void A_half_sphere_is_a_head()
    {
        LightFinding found = Judge(Draw(Sphere()));
        Assert.Equal((LightAnswer.Live, LightReason.Head), (found.Answer, found.Why));
        Assert.InRange(found.Return, 0.5, 2);
        Assert.InRange(found.Misfit, 0, 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(-20)]
    public void A_flat_sheet_is_a_sheet(int yaw) => AssertAttack(LightReason.Sheet, Draw(Plane(yaw, 5)));

    [Theory]
    [InlineData(20)]
    [InlineData(35)]
    [InlineData(45)]
    public void A_bent_sheet_is_not_a_head(int degrees)
    {
        foreach (LightFinding found in (LightFinding[])[Judge(Draw(Cylinder(degrees, p => p.X))), Judge(Draw(Cylinder(degrees, p => p.Y)))])
            Assert.True(found is { Answer: not LightAnswer.Live, Why: LightReason.Sheet or LightReason.NotClear }, $"{found}");
    }

    [Fact]
    public void A_screen_that_sends_nothing_back_is_an_attack()
    {
        AssertAttack(LightReason.NoReturn, Draw(Sphere(), returned: 0));
        AssertAttack(LightReason.NoReturn, Draw(Sphere(), returned: 0.05));
    }

    [Fact]
    public void Light_of_another_order_is_an_attack()
    {
        for (int shift = 1; shift < LightStep.Count; shift++)
        {
            LightStep[] other = [default, .. Enumerable.Range(0, LightStep.Count)
                .Select(i => Steps[1 + ((i + shift) % LightStep.Count)])];
            AssertAttack(LightReason.OtherOrder, Draw(Sphere(), lit: other));
        }
    }

    [Fact]
    public void A_bright_room_is_not_judged()
    {
        foreach (Vector3[] normals in (Vector3[][])[Sphere(), Plane(0, 0)])
        {
            LightFinding found = Judge(Draw(normals, returned: 0.0025), lux: 400 * Room);
            Assert.Equal((LightAnswer.Abstains, LightReason.TooBright), (found.Answer, found.Why));
        }
    }

    [Fact]
    public void Without_a_light_sensor_no_return_is_not_judged()
    {
        LightFinding found = Judge(Draw(Sphere(), returned: 0), lux: null);
        Assert.Equal((LightAnswer.Abstains, LightReason.TooBright), (found.Answer, found.Why));
        Assert.Equal(LightAnswer.Live, Judge(Draw(Sphere()), lux: null).Answer);
    }

    [Theory]
    [InlineData(0.3, 1)]
    [InlineData(0.1, 3)]
    public void A_camera_that_changed_its_exposure_or_white_balance_is_not_judged(double change, int every)
    {
        LightReading reading = Draw(Sphere());
        for (int i = 0; i < reading.Rim[3].Length; i += every) reading.Rim[3][i] += change;
        LightFinding found = Judge(reading);
        Assert.Equal((LightAnswer.Abstains, LightReason.ExposureNotHeld), (found.Answer, found.Why));
    }

    [Fact]
    public void Light_from_a_part_of_the_face_only_is_a_mirror()
    {
        LightReading reading = Draw(Sphere(), returned: 10), dark = Draw(Sphere(), returned: 0);
        for (int k = 0; k < Steps.Length; k++)
        {
            for (int cell = 0; cell < Places.Length; cell++)
            {
                // The mirror covers a quarter of the face.
                if (Places[cell].X > 0 && Places[cell].Y > 0) continue;
                for (int channel = 0; channel < 3; channel++) reading.Face[k][(3 * cell) + channel] = dark.Face[k][(3 * cell) + channel];
            }
        }

        AssertAttack(LightReason.Mirror, reading);
    }

    [Fact]
    public void Head_and_hand_may_move_as_long_as_colours_do_not_change()
    {
        Random random = new(9);
        LightReading reading = Draw(Sphere());
        for (int k = 0; k < Steps.Length; k++)
        {
            double all = 0.02 * random.NextDouble();
            for (int i = 0; i < reading.Face[k].Length; i++) reading.Face[k][i] += all + (0.001 * (i / 3 % 7) * k);
        }

        Assert.Equal(LightAnswer.Live, Judge(reading).Answer);
    }

    [Fact]
    public void A_small_change_of_exposure_does_not_matter()
    {
        LightReading reading = Draw(Sphere());
        for (int k = 1; k < Steps.Length; k++)
        {
            for (int i = 0; i < reading.Face[k].Length; i++) reading.Face[k][i] += 0.008 * k;
            for (int i = 0; i < reading.Rim[k].Length; i++) reading.Rim[k][i] += 0.008 * k;
        }

        Assert.Equal(LightAnswer.Live, Judge(reading).Answer);
    }

    [Fact]
    public void Too_few_cells_are_not_judged()
    {
        LightReading all = Draw(Sphere());
        LightReading few = all with { Places = [.. all.Places.Take(5)], Normals = [.. all.Normals.Take(5)] };
        Assert.Equal(LightReason.NotShown, Judge(few).Why);
    }

    [Fact]
    public void Wrong_limits_are_named_with_what_is_allowed()
    {
        LightLimits good = new("drawn", "drawn", new(), new());
        Assert.Null(good.Wrong());
        Assert.Equal("rule.mostMisfit: 1 to 1000", (good with { Rule = new(MostMisfit: 0) }).Wrong());
        Assert.Equal("rule.mostSheet: -1000000 to 0", (good with { Rule = new(MostSheet: 1) }).Wrong());
        Assert.Equal("geometry.covered: four numbers each", (good with { Geometry = new(Covered: [[1, 2]]) }).Wrong());
    }

    private static void AssertAttack(LightReason why, LightReading reading)
    {
        LightFinding found = Judge(reading);
        Assert.True(found.Answer == LightAnswer.Attack && found.Why == why, $"{found}");
    }

    private static LightFinding Judge(LightReading reading, double? lux = Room) =>
        LightJudge.Judge(reading, new LightRule(ReturnLux: Returned), lux, Geometry);

    /// <summary>The factor that the drawing gives, times the room: the judge's unit of light is pi times the panel's luminance.</summary>
    private const double Returned = Nits * Math.PI / 2.2;

    private static Vector3[] Sphere() => [.. Grid.Select(g => Vector3.Normalize(
        new((float)(0.75 * g.X), (float)(0.75 * g.Y), -(float)Math.Sqrt(Math.Max(0.05, 1 - (0.5625 * ((g.X * g.X) + (g.Y * g.Y))))))))];

    private static Vector3[] Plane(double yaw, double pitch) => [.. Grid.Select(_ => Vector3.Normalize(new(
        (float)Math.Tan(yaw * Math.PI / 180), (float)Math.Tan(pitch * Math.PI / 180), -1)))];

    /// <param name="degrees">Angle at one eye distance from the middle.</param>
    private static Vector3[] Cylinder(double degrees, Func<Vector3, float> along) => [.. Places.Select(p =>
    {
        double angle = degrees * Math.PI / 180 * along(p) / 63;
        bool isX = along(Vector3.UnitX) > 0;
        float sine = (float)Math.Sin(angle), cosine = (float)Math.Cos(angle);
        return isX ? new Vector3(sine, 0, -cosine) : new Vector3(0, sine, -cosine);
    })];

    /// <param name="real">Normals of what is there; the mesh always says half sphere, because the picture shows a face.</param>
    /// <param name="returned">Share of the light that comes back: 1 for a face in this room.</param>
    /// <param name="lit">The steps that light it, if not the ones shown.</param>
    private static LightReading Draw(Vector3[] real, double returned = 1, LightStep[]? lit = null)
    {
        Random random = new(5);
        double[][] face = [.. Steps.Select(_ => new double[3 * Places.Length])], rim = [.. Steps.Select(_ => new double[30])];
        for (int k = 0; k < Steps.Length; k++)
        {
            for (int cell = 0; cell < Places.Length; cell++)
            {
                Vector3 light = LightOf((lit ?? Steps)[k], Places[cell], real[cell]);
                for (int channel = 0; channel < 3; channel++)
                {
                    // Skin of any colour, room light from above: both fall out.
                    double skin = 40 + (7 * (cell % 11)), room = Room * (1 - (0.3 * real[cell].Y));
                    double linear = skin * (room + (returned * light[channel]));
                    double noise = 0.00005 * (random.NextDouble() + random.NextDouble() - 1);
                    face[k][(3 * cell) + channel] = (Math.Log(linear) / 2.2) + noise;
                }
            }
        }

        return new(Places, Sphere(), Steps, face, rim, [.. Places.Select(_ => 1e-8)], [.. Steps.Select(_ => 2)]);
    }

    /// <summary>Every lamp has 300 cd/m² of its share of the panel: lux.</summary>
    private static Vector3 LightOf(LightStep step, Vector3 at, Vector3 normal)
    {
        const double Share = 0.217 * 0.136 / (Lamps * Lamps);
        Vector3 sum = Vector3.Zero;
        for (int lamp = 0; lamp < Lamps * Lamps; lamp++)
        {
            double x = (((2 * (lamp % Lamps)) + 1.0) / Lamps) - 1, y = (((2 * (lamp / Lamps)) + 1.0) / Lamps) - 1;
            Vector3 to = new Vector3((float)(-x * 217 / 2), (float)(15 + (136 * (1 + y) / 2)), 0) - at;
            double distance = to.Length() / 1000, aside = at.Z / to.Length();
            double lux = Nits * Share * aside * Math.Max(0, Vector3.Dot(normal, Vector3.Normalize(to))) / (distance * distance);
            (double red, double green, double blue) = step == default ? (1, 1, 1) : step.At(x, y);
            sum += new Vector3((float)(lux * red), (float)(lux * green), (float)(lux * blue));
        }

        return sum;
    }
}
