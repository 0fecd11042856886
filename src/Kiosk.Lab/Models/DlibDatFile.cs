using System.Buffers.Binary;

namespace Kiosk.Lab.Models;

/// <summary>
/// Reads the weights out of a dlib face recognition file (<c>anet_type</c> of examples/dnn_face_recognition_ex.cpp, for example
/// dlib_face_recognition_resnet_model_v1.dat or taguchi_face_recognition_resnet_model_v1.dat of davisking/dlib-models). The file is scanned
/// for the tags that dlib's serialisation writes before each layer (con_, affine_, fc_). Any other network is refused.
/// </summary>
internal static class DlibDatFile
{
    private const int Convolutions = 29;

    /// <summary>Layers from input to output: name, outputs, inputs, side of the kernel.</summary>
    public static IReadOnlyList<(string Name, int Outputs, int Inputs, int Side)> Plan { get; } = [("conv32_down", 32, 3, 7), .. Blocks()];

    /// <summary>The weights by the names that <see cref="RecogniserConverter"/> uses; kernels in HWIO order.</summary>
    /// <exception cref="InvalidDataException">Not such a file; the message says what differs.</exception>
    public static Dictionary<string, Weight> Read(ReadOnlySpan<byte> file)
    {
        List<float[]> convolutions = [], affines = [];
        float[]? last = null;
        for (int at = 1; at + 8 < file.Length;)
        {
            int tag = file[at - 1];
            ReadOnlySpan<byte> rest = file[at..];
            if (tag is 4 or 5 && rest.StartsWith("con_"u8)) convolutions.Add(Tensor(file, at + tag, out at));
            else if (tag is 7 or 8 && rest.StartsWith("affine_"u8)) affines.Add(Tensor(file, at + tag, out at));
            else if (tag is 3 or 4 && rest.StartsWith("fc_"u8)) last = LastLayer(file, at + tag, out at);
            else at++;
        }

        if (convolutions.Count != Convolutions || affines.Count != Convolutions || last is null)
            throw new InvalidDataException($"{convolutions.Count} convolutions, {affines.Count} affine layers, "
                + $"{(last is null ? "no" : "one")} last layer; dlib's face recognition network has 29, 29, one");
        Dictionary<string, Weight> weights = new() { ["fc"] = new([256, 128], last) };
        for (int i = 0; i < Plan.Count; i++) Put(weights, Plan[i], convolutions[i], affines[i]);
        return weights;
    }

    private static IEnumerable<(string Name, int Outputs, int Inputs, int Side)> Blocks()
    {
        (string Name, int Outputs, int Inputs)[] blocks =
        [
            ("conv32_1", 32, 32), ("conv32_2", 32, 32), ("conv32_3", 32, 32), ("conv64_down", 64, 32), ("conv64_1", 64, 64),
            ("conv64_2", 64, 64), ("conv64_3", 64, 64),
            ("conv128_down", 128, 64), ("conv128_1", 128, 128), ("conv128_2", 128, 128), ("conv256_down", 256, 128),
            ("conv256_1", 256, 256), ("conv256_2", 256, 256), ("conv256_down_out", 256, 256),
        ];
        return blocks.SelectMany(b =>
            ((string, int, int, int)[])[(b.Name + "/conv1", b.Outputs, b.Inputs, 3), (b.Name + "/conv2", b.Outputs, b.Outputs, 3)]);
    }

    private static void Put(Dictionary<string, Weight> weights, (string Name, int Outputs, int Inputs, int Side) layer,
        float[] convolution, float[] affine)
    {
        (string name, int outputs, int inputs, int side) = layer;
        int size = outputs * inputs * side * side;
        // With or without biases: dlib leaves them out where an affine layer follows.
        if (convolution.Length != size && convolution.Length != size + outputs)
            throw new InvalidDataException($"{name}: {convolution.Length} weights, expected {size}");
        if (affine.Length != 2 * outputs)
            throw new InvalidDataException($"{name}: {affine.Length} values of its affine layer, expected {2 * outputs}");
        float[] filters = new float[size];
        int at = 0;
        for (int o = 0; o < outputs; o++)
            for (int i = 0; i < inputs; i++)
                for (int y = 0; y < side; y++)
                    for (int x = 0; x < side; x++)
                        filters[(((((y * side) + x) * inputs) + i) * outputs) + o] = convolution[at++];
        weights[name + "/conv/filters"] = new([side, side, inputs, outputs], filters);
        weights[name + "/conv/bias"] = new([outputs], convolution.Length == size ? new float[outputs] : convolution[size..]);
        weights[name + "/scale/weights"] = new([outputs], affine[..outputs]);
        weights[name + "/scale/biases"] = new([outputs], affine[outputs..]);
    }

    private static float[] LastLayer(ReadOnlySpan<byte> file, int at, out int after)
    {
        long outputs = Integer(file, ref at), inputs = Integer(file, ref at);
        if (outputs != 128 || inputs != 256) throw new InvalidDataException($"last layer {inputs} to {outputs}, expected 256 to 128");
        float[] values = Tensor(file, at, out after);
        return values.Length == 256 * 128 ? values : throw new InvalidDataException($"last layer has {values.Length} weights");
    }

    /// <summary>Version 2, four sizes, little-endian floats.</summary>
    private static float[] Tensor(ReadOnlySpan<byte> file, int at, out int after)
    {
        long version = Integer(file, ref at);
        if (version != 2) throw new InvalidDataException($"tensor of version {version}, expected 2");
        long length = 1;
        for (int i = 0; i < 4; i++)
        {
            long size = Integer(file, ref at);
            if (size is < 0 or > 1 << 20 || length * size > file.Length) throw new InvalidDataException("tensor larger than the file");
            length *= size;
        }

        if (at + (4 * length) > file.Length) throw new InvalidDataException("tensor reaches beyond the end of the file");
        float[] values = new float[length];
        for (int i = 0; i < values.Length; i++, at += 4) values[i] = BinaryPrimitives.ReadSingleLittleEndian(file[at..]);
        after = at;
        return values;
    }

    /// <summary>Control byte (bit 7: negative; low nibble: number of bytes), then the bytes, lowest first.</summary>
    private static long Integer(ReadOnlySpan<byte> file, ref int at)
    {
        if (at >= file.Length) throw new InvalidDataException("the file is cut off");
        byte control = file[at++];
        int bytes = control & 0x0F;
        if (bytes > 8 || at + bytes > file.Length) throw new InvalidDataException("not an integer of dlib's serialisation");
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) value = (value << 8) | file[at + i];
        at += bytes;
        return (control & 0x80) == 0 ? value : -value;
    }
}
