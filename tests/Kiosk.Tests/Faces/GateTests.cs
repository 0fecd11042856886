using Kiosk.Core.Faces;
using Kiosk.Devices.Camera;
using Kiosk.Devices.FaceEngine;
using Kiosk.Devices.FaceEngine.Quality;
using Kiosk.Lab.Faces;
using Kiosk.Simulators.Camera;
using Microsoft.Extensions.Time.Testing;
using OpenCvSharp;

namespace Kiosk.Tests.Faces;

[Collection(DeskCollection.Name)]
public sealed class GateTests(FaceDesk desk)
{
    [SkippableFact]
    public void The_holder_at_the_right_place_is_usable() => Assert.Null(Told(_ => { }));

    [SkippableFact]
    public void Far_away_is_asked_to_come_closer() => Assert.Equal(FaceGuidance.ComeCloser, Told(m => Move(m, 0.5, 0, 0)));

    [SkippableFact]
    public void Very_near_is_asked_to_step_back() => Assert.Equal(FaceGuidance.StepBack, Told(m => Move(m, 2, 0, 0)));

    [SkippableFact]
    public void On_the_left_of_the_picture_is_asked_to_move_to_their_own_left() =>
        Assert.Equal(FaceGuidance.MoveLeft, Told(m => Move(m, 0.9, -150, 0)));

    [SkippableFact]
    public void On_the_right_of_the_picture_is_asked_to_move_to_their_own_right() =>
        Assert.Equal(FaceGuidance.MoveRight, Told(m => Move(m, 0.9, 150, 0)));

    [SkippableFact]
    public void Too_low_is_asked_to_move_up() => Assert.Equal(FaceGuidance.MoveUp, Told(m => Move(m, 0.8, 0, 130)));

    [SkippableFact]
    public void A_blurred_face_is_asked_to_hold_still() =>
        Assert.Equal(FaceGuidance.HoldStill, Told(m => Cv2.GaussianBlur(m, m, new Size(0, 0), 0.06 * 92)));

    [SkippableTheory]
    [InlineData("motion 0.25 IOD")]
    [InlineData("motion 0.25 IOD, upwards")]
    [InlineData("motion 0.25 IOD, slanting")]
    public void A_face_that_moved_is_asked_to_hold_still(string how)
    {
        using Mat picture = new(CameraFrame.Height, CameraFrame.Width, MatType.CV_8UC3);
        desk.People[Person.Holder].Draw(1, default, picture);
        using QualityMeter meter = new();
        // The shape of the sharp face: where a smeared one is found is the detector's affair.
        FaceShape shape = Disturb(picture, how);
        Assert.Equal(FaceGuidance.HoldStill, new Gates(60).Check(meter.Measure(picture, shape), shape, picture.Size()));
    }

    [SkippableFact]
    public void A_dark_face_is_asked_for_light() => Assert.Equal(FaceGuidance.TooDark, Told(m => m.ConvertTo(m, -1, 0.25)));

    [SkippableTheory]
    [InlineData("sunglasses", FaceGuidance.ShowEyes)]
    [InlineData("hand over one eye", FaceGuidance.ShowEyes)]
    [InlineData("rims with glint", null)]
    public void What_covers_the_eyes_is_to_be_taken_away_and_clear_glasses_are_not(string what, FaceGuidance? told) =>
        Assert.Equal(told, Told(picture => Disturb(picture, what)));

    [SkippableFact]
    public void A_turned_head_is_asked_to_face_forward() => Assert.Equal(FaceGuidance.FaceForward, Told(_ => { }, turn: 0.8));

    [Fact]
    public void A_sentence_must_hold_before_it_is_shown_and_a_short_slip_is_never_seen()
    {
        FakeTimeProvider time = new();
        GuidanceFilter filter = new(time);
        Assert.Equal(FaceGuidance.OneMoment, filter.Show(FaceGuidance.OneMoment));
        Assert.Null(filter.Next(FaceGuidance.HoldStill));
        time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Null(filter.Next(FaceGuidance.OneMoment));
        Assert.Null(filter.Next(FaceGuidance.HoldStill));
        time.Advance(TimeSpan.FromMilliseconds(301));
        Assert.Equal(FaceGuidance.HoldStill, filter.Next(FaceGuidance.HoldStill));
        Assert.Null(filter.Next(FaceGuidance.HoldStill));
    }

    private FaceShape Disturb(Mat picture, string what)
    {
        using FaceFinder finder = new(desk.Store);
        FaceShape shape = new();
        Assert.Null(finder.Find(picture, shape));
        Disturbance.All.Single(d => d.Name == what).Apply(picture, shape);
        return shape;
    }

    private static void Move(Mat picture, double scale, double x, double y)
    {
        using Mat matrix = Cv2.GetRotationMatrix2D(new Point2f(320, 240), 0, scale);
        matrix.Set(0, 2, matrix.At<double>(0, 2) + x);
        matrix.Set(1, 2, matrix.At<double>(1, 2) + y);
        using Mat copy = picture.Clone();
        Cv2.WarpAffine(copy, picture, matrix, copy.Size(), InterpolationFlags.Linear, BorderTypes.Constant, Scalar.All(120));
    }

    private FaceGuidance? Told(Action<Mat> disturb, double turn = 0)
    {
        using Mat picture = new(CameraFrame.Height, CameraFrame.Width, MatType.CV_8UC3);
        desk.People[Person.Holder].Draw(1, new(Turn: turn), picture);
        disturb(picture);
        using FaceFinder finder = new(desk.Store);
        using QualityMeter meter = new();
        FaceShape shape = new();
        return finder.Find(picture, shape) ?? new Gates(60).Check(meter.Measure(picture, shape), shape, picture.Size());
    }
}
