using System.Text.Json;

namespace Kiosk.Lab.Models;

/// <summary>
/// Builds dlib's face recognition ResNet from the weights of npm @vladmandic/face-api (HWIO, 109 of 117 tensors in 8 bits).
/// The topology is dlib's <c>anet_type</c> (davisking/dlib, examples/dnn_face_recognition_ex.cpp). The affine layers, which
/// replace batch normalisation, are folded into the convolutions.
/// </summary>
internal sealed class RecogniserConverter
{
    private readonly Dictionary<string, Weight> _weights;
    private readonly OnnxGraph _graph = new("dlib_face_recognition_resnet");

    private RecogniserConverter(Dictionary<string, Weight> weights) => _weights = weights;

    /// <summary>Model with input [N,3,150,150], RGB 0..255, and output <c>embedding</c> [N,128].</summary>
    public static byte[] Convert(byte[] weightsManifest, Func<string, byte[]> open)
    {
        using JsonDocument manifest = JsonDocument.Parse(weightsManifest);
        return new RecogniserConverter(TensorflowWeights.Read(manifest.RootElement, open)).Build();
    }

    /// <summary>The same from weights that are already read.</summary>
    public static byte[] Convert(Dictionary<string, Weight> weights) => new RecogniserConverter(weights).Build();

    private byte[] Build()
    {
        _graph.Input("input", 0, 3, 150, 150);
        string x = _graph.Add("Sub", "input", _graph.Constant("mean", [122.782f, 117.001f, 104.298f], 1, 3, 1, 1));
        // As dlib, which divides by 256. face-api's port divides by 255; the outputs differ by 3e-4.
        x = _graph.Add("Div", x, _graph.Constant("divisor", [256f], 1));
        x = Convolution(x, "conv32_down", stride: 2, same: false, relu: true);
        x = _graph.Add("MaxPool", [x], [("kernel_shape", (int[])[3, 3]), ("strides", (int[])[2, 2])]);
        x = Residuals(x, "conv32", 3);
        x = Residuals(Down(x, "conv64_down", widen: true, shorter: false), "conv64", 3);
        x = Residuals(Down(x, "conv128_down", widen: true, shorter: false), "conv128", 2);
        x = Residuals(Down(x, "conv256_down", widen: true, shorter: true), "conv256", 2);
        x = Down(x, "conv256_down_out", widen: false, shorter: true);
        x = _graph.Add("Flatten", _graph.Add("GlobalAveragePool", x));
        _graph.Add("MatMul", [x, _graph.Constant("fc", _weights["fc"].Values, 256, 128)], [], "embedding");
        _graph.Output("embedding", 0, 128);
        return _graph.Build(GraphModelConverter.Producer);
    }

    private string Convolution(string x, string layer, int stride, bool same, bool relu)
    {
        Weight filters = _weights[layer + "/conv/filters"];
        float[] bias = _weights[layer + "/conv/bias"].Values;
        float[] gain = _weights[layer + "/scale/weights"].Values;
        float[] shift = _weights[layer + "/scale/biases"].Values;
        (int size, int inputs, int outputs) = (filters.Shape[0], filters.Shape[2], filters.Shape[3]);
        float[] kernel = filters.ToOihw();
        float[] folded = new float[outputs];
        int perOutput = kernel.Length / outputs;
        for (int o = 0; o < outputs; o++)
        {
            for (int i = o * perOutput; i < (o + 1) * perOutput; i++) kernel[i] *= gain[o];
            folded[o] = (bias[o] * gain[o]) + shift[o];
        }

        int pad = same ? size / 2 : 0;
        string y = _graph.Add(
            "Conv",
            [x, _graph.Constant(layer + ".w", kernel, outputs, inputs, size, size), _graph.Constant(layer + ".b", folded, outputs)],
            [("kernel_shape", (int[])[size, size]), ("strides", (int[])[stride, stride]), ("pads", (int[])[pad, pad, pad, pad])]);
        return relu ? _graph.Add("Relu", y) : y;
    }

    private string Residuals(string x, string layer, int count)
    {
        for (int i = 1; i <= count; i++)
        {
            string y = Convolution(x, $"{layer}_{i}/conv1", 1, same: true, relu: true);
            x = _graph.Add("Relu", _graph.Add("Add", Convolution(y, $"{layer}_{i}/conv2", 1, same: true, relu: false), x));
        }

        return x;
    }

    /// <param name="widen">The shortcut is padded with zero channels to twice the number.</param>
    /// <param name="shorter">The convolved branch has one row and one column less and is zero-padded at the bottom and right.</param>
    private string Down(string x, string layer, bool widen, bool shorter)
    {
        string y = Convolution(x, layer + "/conv1", 2, same: false, relu: true);
        y = Convolution(y, layer + "/conv2", 1, same: true, relu: false);
        string shortcut = _graph.Add("AveragePool", [x], [("kernel_shape", (int[])[2, 2]), ("strides", (int[])[2, 2])]);
        if (shorter) y = _graph.Add("Pad", y, _graph.Constant("pad.hw", [0, 0, 0, 0, 0, 0, 1, 1]));
        if (widen)
        {
            int channels = _weights[layer + "/conv1/conv/filters"].Shape[2];
            shortcut = _graph.Add("Pad", shortcut, _graph.Constant($"pad.c{channels}", [0, 0, 0, 0, 0, channels, 0, 0]));
        }

        return _graph.Add("Relu", _graph.Add("Add", shortcut, y));
    }
}
