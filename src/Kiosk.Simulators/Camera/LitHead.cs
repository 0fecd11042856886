using System.Numerics;
using Kiosk.Devices.FaceEngine;
using OpenCvSharp;

namespace Kiosk.Simulators.Camera;

/// <summary>
/// A head from one photograph: triangles of the mesh for the face, an ellipsoid for the hair around it, shoulders below. The relief is made
/// deeper or flatter and gets bumps at random, so that it is not the mesh that the check fits.
/// </summary>
internal static class LitHead
{
    /// <param name="view">640 x 480 photograph of a face.</param>
    /// <param name="shape">The face in the view.</param>
    /// <param name="eyeDistance">mm between the eyes.</param>
    public static LitSurface From(Mat view, FaceShape shape, float eyeDistance, Random random)
    {
        LitSurface head = new();
        head.Wall(view, 1500 + (1500 * random.NextSingle()));
        float mm = eyeDistance / shape.Iod, near = LitSurface.Focal * mm, relief = 0.85f + (0.35f * random.NextSingle());
        Vector2 middle = shape.Centre;
        float reach = shape.Iod;
        float sheen = 0.015f + (0.02f * random.NextSingle());
        (float phaseA, float phaseB) = (6 * random.NextSingle(), 6 * random.NextSingle());
        for (int i = 0; i < LitSurface.Pixels; i++)
        {
            float dx = ((i % LitSurface.Width) - middle.X) / reach, dy = ((i / LitSurface.Width) - middle.Y) / reach;
            float ellipse = (dx * dx / (1.35f * 1.35f)) + ((dy + 0.35f) * (dy + 0.35f) / (1.9f * 1.9f));
            if (ellipse < 1)
            {
                float depth = MathF.Sqrt(1 - ellipse);
                head.Normal[i] = Vector3.Normalize(new(dx / 1.8f, (dy + 0.35f) / 3.6f, -depth - 0.05f));
                (head.Distance[i], head.Moves[i]) = (near + (1.1f * eyeDistance * (1 - depth)), true);
            }
            else if (dy > 1.3f && MathF.Abs(dx) < 0.6f + (1.6f * (dy - 1.3f)))
            {
                head.Normal[i] = Vector3.Normalize(new(0.25f * dx, -0.3f, -1));
                head.Distance[i] = near + 90;
            }
        }

        Face(head, shape, relief, mm, near);
        for (int i = 0; i < LitSurface.Pixels; i++)
        {
            if (!head.Moves[i]) continue;
            head.Gloss[i] = sheen;
            Blush(head.Albedo.AsSpan(3 * i, 3), i % LitSurface.Width, i / LitSurface.Width, phaseA, phaseB);
            // Bumps of a few degrees, wider than pores: no face is the mesh.
            float x = (i % LitSurface.Width) / reach, y = (i / LitSurface.Width) / reach;
            Vector3 bump = new(0.05f * MathF.Sin((5.1f * x) + (3 * y) + phaseA), 0.05f * MathF.Sin((4.3f * y) - (2 * x) + phaseB), 0);
            head.Normal[i] = Vector3.Normalize(head.Normal[i] + bump);
        }

        return head;
    }

    /// <summary>Many pictures are grey. Skin is redder than grey, in patches, and less so where it is dark (hair).</summary>
    private static void Blush(Span<float> albedo, int x, int y, float phaseA, float phaseB)
    {
        float patch = MathF.Sin((0.08f * x) + phaseA) * MathF.Sin((0.07f * y) + phaseB), strength = MathF.Min(1, 3 * albedo[1]);
        float red = 1 + (strength * (0.3f + (0.04f * patch)));
        albedo[0] *= red;
        albedo[2] /= red;
    }

    private static void Face(LitSurface head, FaceShape shape, float relief, float mm, float near)
    {
        Vector3[] points = [.. shape.Mesh.Select(p => p with { Z = p.Z * relief })];
        List<(int A, int B, int C)> triangles = Triangles(points);
        Vector3[] normals = new Vector3[points.Length];
        foreach ((int a, int b, int c) in triangles)
        {
            Vector3 normal = Vector3.Cross(points[b] - points[a], points[c] - points[a]);
            if (normal.Z > 0) normal = -normal;
            normals[a] += normal;
            normals[b] += normal;
            normals[c] += normal;
        }

        foreach ((int a, int b, int c) in triangles)
        {
            float left = MathF.Min(points[a].X, MathF.Min(points[b].X, points[c].X));
            float right = MathF.Max(points[a].X, MathF.Max(points[b].X, points[c].X));
            float top = MathF.Min(points[a].Y, MathF.Min(points[b].Y, points[c].Y));
            float bottom = MathF.Max(points[a].Y, MathF.Max(points[b].Y, points[c].Y));
            float area = Area(points[a], points[b], points[c]);
            if (MathF.Abs(area) < 1e-3f) continue;
            for (int y = Math.Max(0, (int)top); y <= Math.Min(LitSurface.Height - 1, (int)bottom + 1); y++)
            {
                for (int x = Math.Max(0, (int)left); x <= Math.Min(LitSurface.Width - 1, (int)right + 1); x++)
                {
                    Vector3 at = new(x, y, 0);
                    float wa = Area(at, points[b], points[c]) / area, wb = Area(points[a], at, points[c]) / area, wc = 1 - wa - wb;
                    if (wa < -1e-4f || wb < -1e-4f || wc < -1e-4f) continue;
                    int pixel = (y * LitSurface.Width) + x;
                    head.Normal[pixel] = Vector3.Normalize((normals[a] * wa) + (normals[b] * wb) + (normals[c] * wc));
                    head.Distance[pixel] = near + (mm * ((points[a].Z * wa) + (points[b].Z * wb) + (points[c].Z * wc)));
                    head.Moves[pixel] = true;
                }
            }
        }
    }

    private static float Area(Vector3 a, Vector3 b, Vector3 c) => ((b.X - a.X) * (c.Y - a.Y)) - ((b.Y - a.Y) * (c.X - a.X));

    private static List<(int A, int B, int C)> Triangles(Vector3[] points)
    {
        using Subdiv2D subdivision = new(new Rect(-400, -400, LitSurface.Width + 800, LitSurface.Height + 800));
        Dictionary<(float, float), int> index = [];
        for (int i = 0; i < points.Length; i++)
        {
            if (index.TryAdd((points[i].X, points[i].Y), i)) subdivision.Insert(new Point2f(points[i].X, points[i].Y));
        }

        List<(int A, int B, int C)> triangles = [];
        foreach (Vec6f t in subdivision.GetTriangleList())
        {
            if (index.TryGetValue((t.Item0, t.Item1), out int a) && index.TryGetValue((t.Item2, t.Item3), out int b)
                && index.TryGetValue((t.Item4, t.Item5), out int c))
                triangles.Add((a, b, c));
        }

        return triangles;
    }
}
