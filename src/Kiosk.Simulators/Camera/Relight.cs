using System.Numerics;
using Kiosk.Core.Faces;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>
/// The light's steps on the people of the simulated desk: each pixel of the frame gets the light of the step instead of that of the white
/// page. A tablet sends nothing back. The room has 300 lux.
/// </summary>
internal sealed class Relight : IDisposable
{
    public const double Lux = 300;

    private readonly Dictionary<(IActor, LightStep), Mat> _factors = [];
    private readonly LitRoom _room = LitRoom.Even((float)Lux);
    private readonly Mat _linear = new();

    /// <param name="frame">640 x 480, 8-bit BGR, drawn under the white page; changed in place.</param>
    public void Apply(IActor actor, LightStep step, Mat frame)
    {
        if (step == default) return;
        if (!_factors.TryGetValue((actor, step), out Mat? factor)) _factors[(actor, step)] = factor = Factor(actor.Surface(), step);
        if (factor.Empty()) return;
        frame.ConvertTo(_linear, MatType.CV_32FC3);
        Cv2.Multiply(_linear, factor, _linear);
        _linear.ConvertTo(frame, MatType.CV_8UC3);
    }

    public void Dispose()
    {
        foreach (Mat factor in _factors.Values) factor.Dispose();
        _factors.Clear();
        _linear.Dispose();
    }

    private Mat Factor(LitSurface? surface, LightStep step)
    {
        Mat factor = new();
        if (surface is null) return factor;
        factor.Create(LitSurface.Height, LitSurface.Width, MatType.CV_32FC3);
        LitField lit = new(step, 440), white = new(default, 440);
        for (int i = 0; i < LitSurface.Pixels; i++)
        {
            (int x, int y) = (i % LitSurface.Width, i / LitSurface.Width);
            Vector3 room = _room.On(surface.Normal[i]);
            Vector3 ratio = (room + lit.On(x, y, surface.Normal[i], surface.Distance[i]))
                / (room + white.On(x, y, surface.Normal[i], surface.Distance[i]));
            factor.Set(y, x, new Vec3f(Gamma(ratio.Z), Gamma(ratio.Y), Gamma(ratio.X)));
        }

        return factor;
    }

    private static float Gamma(float linear) => MathF.Pow(linear, 1 / 2.2f);
}
