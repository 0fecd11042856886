using System.Numerics;
using Kiosk.Core.Faces;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>
/// Renders a <see cref="LitSurface"/> in a <see cref="LitRoom"/> as a camera sees it: Lambert and gloss, exposure, gamma, photon and
/// reading noise, 8 bits. It only knows light and surfaces; nothing here says what is a face.
/// </summary>
/// <param name="holdsExposure">False: the camera keeps the mean of its picture at a target, with a delay.</param>
/// <param name="compresses">The camera sends Motion JPEG.</param>
internal sealed class LitCamera(LitSurface surface, LitRoom room, bool holdsExposure, Random random, bool compresses = false)
{
    private const float Target = 0.16f; // mean linear value, about 110 of 255
    private static readonly float[] Gamma = [.. Enumerable.Range(0, 1 << 16).Select(v => 255 * MathF.Pow(v / 65535f, 1 / 2.2f))];

    private static readonly int[] Quality = [(int)ImwriteFlags.JpegQuality, 88];
    private static readonly float[] Noise = MakeNoise();

    private readonly Dictionary<LightStep, LitField> _fields = [];

    /// <summary>What does not move looks the same whenever a step comes again.</summary>
    private readonly Dictionary<LightStep, float[]> _background = [];
    private readonly float[] _linear = new float[3 * LitSurface.Pixels];
    private readonly float _near = Nearest(surface);
    private readonly Vector3[] _still = StillLight(surface, room);
    private float _gain;

    /// <summary>Small movement now: radians and pixels; set by the caller before each frame.</summary>
    public (float Yaw, float Pitch, float X, float Y) Motion { get; set; }

    public void Draw(LightStep step, Mat frame)
    {
        if (!_fields.TryGetValue(step, out LitField? field)) _fields[step] = field = new(step, _near);
        Shade(step, field);
        float mean = 0;
        for (int i = 0; i < _linear.Length; i += 30) mean += _linear[i];
        mean /= _linear.Length / 30;
        // Without a hold, two thirds of the error are gone within a step.
        if (_gain == 0) _gain = Target / mean;
        else if (!holdsExposure) _gain *= MathF.Pow(Target / (mean * _gain), 0.3f);
        using Mat still = new(LitSurface.Height, LitSurface.Width, MatType.CV_32FC3), moved = new();
        Develop(Floats(still));
        using Mat move = Mat.FromPixelData(2, 3, MatType.CV_64FC1, (double[])[1, 0, Motion.X, 0, 1, Motion.Y]);
        Cv2.WarpAffine(still, moved, move, frame.Size(), InterpolationFlags.Linear, BorderTypes.Replicate);
        AddNoise(Floats(moved), Bytes(frame));
        if (!compresses) return;
        // Motion JPEG has half of the resolution for colours, and rounds them.
        Cv2.ImEncode(".jpg", frame, out byte[] jpeg, Quality);
        using Mat sent = Cv2.ImDecode(jpeg, ImreadModes.Color);
        sent.CopyTo(frame);
    }

    private void Shade(LightStep step, LitField field)
    {
        (float sy, float cy) = MathF.SinCos(Motion.Yaw);
        (float sp, float cp) = MathF.SinCos(Motion.Pitch);
        bool first = !_background.TryGetValue(step, out float[]? background);
        if (!first) background!.CopyTo(_linear, 0);
        for (int y = 0, i = 0; y < LitSurface.Height; y++)
        {
            for (int x = 0; x < LitSurface.Width; x++, i++)
            {
                Vector3 n = surface.Normal[i], ambient;
                if (!surface.Moves[i] && !first) continue;
                if (surface.Moves[i])
                {
                    n = new((n.X * cy) - (n.Z * sy), n.Y, (n.X * sy) + (n.Z * cy));
                    n = new(n.X, (n.Y * cp) - (n.Z * sp), (n.Y * sp) + (n.Z * cp));
                    ambient = room.On(n);
                }
                else
                {
                    ambient = _still[i];
                }

                Vector3 light = ambient + field.On(x, y, n, surface.Distance[i]);
                float[] albedo = surface.Albedo;
                Vector3 seen = new Vector3(albedo[3 * i], albedo[(3 * i) + 1], albedo[(3 * i) + 2]) * light / MathF.PI;
                float gloss = surface.Gloss[i];
                if (gloss > 0) seen += gloss * Shine(step, i, x, y, n, light);
                if (surface.Glow is { } glow) seen += new Vector3(glow[3 * i], glow[(3 * i) + 1], glow[(3 * i) + 2]);
                (_linear[3 * i], _linear[(3 * i) + 1], _linear[(3 * i) + 2]) = (seen.X, seen.Y, seen.Z);
            }
        }

        if (first) _background[step] = [.. _linear];
    }

    private Vector3 Shine(LightStep step, int i, int x, int y, Vector3 n, Vector3 light)
    {
        float distance = surface.Distance[i];
        Vector3 place = new((x - 320) * distance / LitSurface.Focal, (y - 240) * distance / LitSurface.Focal, distance);
        if (surface.Polish == 0) return LitPanel.Mirrored(step, place, n) + (light / MathF.PI * 0.5f);
        // Rough skin or paper: the lobe of a mirror, brightest where the surface looks between panel and camera.
        float facing = MathF.Max(0, -n.Z);
        return light / MathF.PI * MathF.Pow(facing, surface.Polish) * (surface.Polish + 2) / 4;
    }

    private void Develop(Span<float> bgr)
    {
        for (int i = 0; i < LitSurface.Pixels; i++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                float value = _linear[(3 * i) + 2 - channel] * _gain;
                bgr[(3 * i) + channel] = Gamma[Math.Clamp((int)(value * 65535), 0, 65535)];
            }
        }
    }

    /// <summary>Photons and the sensor's own noise, which the gamma makes stronger where it is dark. Then 8 bits.</summary>
    private void AddNoise(ReadOnlySpan<float> developed, Span<byte> bytes)
    {
        int at = random.Next(Noise.Length);
        for (int i = 0; i < bytes.Length; i++)
        {
            if (++at >= Noise.Length) at = random.Next(1000);
            float value = developed[i];
            bytes[i] = (byte)Math.Clamp((int)MathF.Round(value + (Noise[at] * (4.2f - (2 * value / 255)))), 0, 255);
        }
    }

    private static float[] MakeNoise()
    {
        Random fixedSeed = new(7);
        float[] noise = new float[1 << 20];
        for (int i = 0; i < noise.Length; i += 2)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - fixedSeed.NextDouble())), angle = 2 * Math.PI * fixedSeed.NextDouble();
            (noise[i], noise[i + 1]) = ((float)(radius * Math.Cos(angle)), (float)(radius * Math.Sin(angle)));
        }

        return noise;
    }

    private static Vector3[] StillLight(LitSurface surface, LitRoom room)
    {
        Vector3[] light = new Vector3[LitSurface.Pixels];
        for (int i = 0; i < light.Length; i++) light[i] = surface.Moves[i] ? default : room.On(surface.Normal[i]);
        return light;
    }

    private static float Nearest(LitSurface surface)
    {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < LitSurface.Pixels; i++)
        {
            if (!surface.Moves[i]) continue;
            sum += surface.Distance[i];
            count++;
        }

        return count == 0 ? 440 : (float)(sum / count);
    }

    private static unsafe Span<byte> Bytes(Mat frame) => new((void*)frame.Data, 3 * LitSurface.Pixels);

    private static unsafe Span<float> Floats(Mat frame) => new((void*)frame.Data, 3 * LitSurface.Pixels);
}
