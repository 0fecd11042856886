using System.Runtime.InteropServices;
using System.Text.Json;

namespace Kiosk.Lab.Models;

/// <summary>One TensorFlow.js weight, dequantised.</summary>
/// <param name="Shape">Convolution kernels: height, width, in, out (HWIO).</param>
/// <param name="Values">Row-major; integers are widened, exact below 2^24.</param>
internal sealed record Weight(int[] Shape, float[] Values)
{
    public long[] Dimensions => [.. Shape.Select(d => (long)d)];

    public long[] Integers => [.. Values.Select(v => (long)v)];

    /// <summary>HWIO to OIHW, ONNX's order of a kernel.</summary>
    public float[] ToOihw()
    {
        (int height, int width, int inputs, int outputs) = (Shape[0], Shape[1], Shape[2], Shape[3]);
        float[] kernel = new float[Values.Length];
        int at = 0;
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                for (int i = 0; i < inputs; i++)
                    for (int o = 0; o < outputs; o++)
                        kernel[(((o * inputs) + i) * height + y) * width + x] = Values[at++];
        return kernel;
    }

    /// <summary>Depthwise [h, w, c, m] to [c*m, 1, h, w].</summary>
    public float[] ToDepthwise()
    {
        (int height, int width, int channels, int multiplier) = (Shape[0], Shape[1], Shape[2], Shape[3]);
        float[] kernel = new float[Values.Length];
        int at = 0;
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                for (int c = 0; c < channels * multiplier; c++)
                    kernel[((c * height) + y) * width + x] = Values[at++];
        return kernel;
    }
}

/// <summary>Reads the weights of a TensorFlow.js manifest: values follow each other without alignment, in the order of the list.</summary>
internal static class TensorflowWeights
{
    /// <param name="groups">The JSON array of groups, each with <c>paths</c> and <c>weights</c>.</param>
    /// <param name="open">Reads a file of weights by its path.</param>
    /// <exception cref="InvalidDataException">An unknown type, or a length that does not fit the list.</exception>
    public static Dictionary<string, Weight> Read(JsonElement groups, Func<string, byte[]> open)
    {
        Dictionary<string, Weight> weights = [];
        foreach (JsonElement group in groups.EnumerateArray())
        {
            byte[] data = [.. group.GetProperty("paths").EnumerateArray().SelectMany(p => open(p.GetString()!))];
            int offset = 0;
            foreach (JsonElement spec in group.GetProperty("weights").EnumerateArray())
            {
                int[] shape = [.. spec.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32())];
                float[] values = new float[shape.Aggregate(1, (product, d) => checked(product * d))];
                offset += Decode(spec, data.AsSpan(offset), values);
                weights[spec.GetProperty("name").GetString()!] = new(shape, values);
            }

            if (offset != data.Length) throw new InvalidDataException($"weights end at {offset} of {data.Length} bytes");
        }

        return weights;
    }

    private static int Decode(JsonElement spec, ReadOnlySpan<byte> data, float[] values)
    {
        bool quantised = spec.TryGetProperty("quantization", out JsonElement by);
        string type = (quantised ? by : spec).GetProperty("dtype").GetString()!;
        int bytes = values.Length * type switch
        {
            "uint8" => 1,
            "uint16" or "float16" => 2,
            "float32" or "int32" => 4,
            _ => throw new InvalidDataException($"weight type {type}"),
        };
        data = data[..bytes];
        (double scale, double least) = quantised && type != "float16"
            ? (by.GetProperty("scale").GetDouble(), by.GetProperty("min").GetDouble())
            : (1, 0);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = type switch
            {
                "uint8" => (float)((data[i] * scale) + least),
                "uint16" => (float)((MemoryMarshal.Cast<byte, ushort>(data)[i] * scale) + least),
                "float16" => (float)MemoryMarshal.Cast<byte, Half>(data)[i],
                "int32" => MemoryMarshal.Cast<byte, int>(data)[i],
                _ => MemoryMarshal.Cast<byte, float>(data)[i],
            };
        }

        return bytes;
    }
}
