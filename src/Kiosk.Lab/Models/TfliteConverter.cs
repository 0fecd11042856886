namespace Kiosk.Lab.Models;

/// <summary>
/// Converts a TensorFlow Lite network of one picture to ONNX: float32 convolutions, and PReLU as TOCO writes it. Tensors are NCHW in the
/// result, so no transposes are needed. Any other operator is refused.
/// </summary>
internal sealed class TfliteConverter
{
    /// <inheritdoc cref="GraphModelConverter.Producer"/>
    public const string Producer = "kiosk-tflite2onnx/1";

    private const int Add = 0, Conv = 3, Depthwise = 4, Mul = 18, Relu = 19, Reshape = 22, Sub = 41, Abs = 101;
    private readonly TfliteFile _file;
    private readonly OnnxGraph _graph;
    private readonly Dictionary<int, TfliteOperator> _makers = [];
    private readonly Dictionary<int, string> _tensors = [];
    private readonly HashSet<int> _begun = [];

    private TfliteConverter(TfliteFile file, string name)
    {
        (_file, _graph) = (file, new(name));
        foreach (TfliteOperator one in file.Operators) _makers[one.Outputs.Single()] = one;
    }

    /// <summary>
    /// Model with input <c>input</c> [1,C,H,W] and output <c>embeddings</c> [1,N]. The file's batch is left out: its first picture counts.
    /// </summary>
    /// <exception cref="InvalidDataException">Not such a network; the message names the operator or the tensor.</exception>
    public static byte[] Convert(byte[] tflite, string name)
    {
        try
        {
            return new TfliteConverter(TfliteFile.Read(tflite), name).Build();
        }
        catch (Exception damaged) when (damaged is ArgumentException or IndexOutOfRangeException or InvalidOperationException
            or OverflowException)
        {
            throw new InvalidDataException($"the TensorFlow Lite file is damaged: {damaged.Message}", damaged);
        }
    }

    private byte[] Build()
    {
        int input = _file.Inputs.Single(), output = _file.Outputs.Single();
        if (_file.Tensors[input].Shape is not [_, var height, var width, var channels])
            throw new InvalidDataException($"{_file.Tensors[input].Name}: an input NHWC is expected");
        if (_makers.GetValueOrDefault(output) is not { Code: Reshape } flat || _file.Tensors[output].Shape is not [_, var values]
            || _file.Tensors[flat.Inputs[0]].Shape is not [_, 1, 1, var same] || values != same)
            throw new InvalidDataException($"{_file.Tensors[output].Name}: one row of values is expected");
        _graph.Input("input", 1, channels, height, width);
        _tensors[input] = "input";
        _graph.Add("Flatten", [Tensor(flat.Inputs[0])], [], "embeddings");
        _graph.Output("embeddings", 1, values);
        return _graph.Build(Producer);
    }

    /// <summary>The ONNX tensor of a computed tensor. The first call converts the operator that makes it.</summary>
    private string Tensor(int number)
    {
        if (_tensors.TryGetValue(number, out string? done)) return done;
        if (!_makers.TryGetValue(number, out TfliteOperator? maker) || !_begun.Add(number))
            throw new InvalidDataException($"{_file.Tensors[number].Name}: made by no operator, or from itself");
        return _tensors[number] = maker.Code switch
        {
            Conv => Convolution(maker, depthwise: false),
            Depthwise => Convolution(maker, depthwise: true),
            Add when Slopes(maker) is { } slopes => Prelu(_makers[maker.Inputs[0]].Inputs[0], slopes),
            Add when NoActivation(maker, 0) => _graph.Add("Add", Tensor(maker.Inputs[0]), Tensor(maker.Inputs[1])),
            _ => throw new InvalidDataException($"{_file.Tensors[number].Name}: operator {maker.Code} is not supported here"),
        };
    }

    /// <summary>Options of both kinds: padding, stride_w, stride_h; then activation (Conv2D), or multiplier and activation.</summary>
    private string Convolution(TfliteOperator node, bool depthwise)
    {
        TfliteTensor kernel = _file.Tensors[node.Inputs[1]];
        (int outputs, int height, int width, int inputs) = (kernel.Shape[0], kernel.Shape[1], kernel.Shape[2], kernel.Shape[3]);
        int dilation = depthwise ? 5 : 4;
        if (!NoActivation(node, depthwise ? 4 : 3)
            || Enumerable.Range(dilation, 2).Any(field => node.Option(field, OptionKind.Integer) > 1)
            || (depthwise && node.Option(3, OptionKind.Integer) != 1))
            throw new InvalidDataException($"{kernel.Name}: a convolution without activation, dilation and multiplier is expected");
        int[] strides = [node.Option(2, OptionKind.Integer), node.Option(1, OptionKind.Integer)];
        List<(string, object)> attributes = [("kernel_shape", (int[])[height, width]), ("strides", strides)];
        if (node.Option(0, OptionKind.Byte) == 0) attributes.Add(("auto_pad", "SAME_UPPER"));
        float[] values = kernel.Floats();
        // OHWI to OIHW; a depthwise kernel is 1HWC, and becomes C1HW: the same exchange with other counts.
        (int groups, int last) = depthwise ? (1, inputs) : (outputs, inputs);
        string weights = _graph.Constant("w." + kernel.Name, ChannelsFirst(values, groups, height * width, last),
            depthwise ? inputs : outputs, depthwise ? 1 : inputs, height, width);
        if (depthwise) attributes.Add(("group", inputs));
        TfliteTensor bias = _file.Tensors[node.Inputs[2]];
        return _graph.Add("Conv", [Tensor(node.Inputs[0]), weights, _graph.Constant("b." + bias.Name, bias.Floats(), bias.Shape[0])],
            [.. attributes]);
    }

    /// <summary>
    /// The slopes when a node is TOCO's PReLU, Relu(x) + k * (x - |x|); null when it is not. x - |x| is 2 min(x, 0), so the slope is 2 k.
    /// </summary>
    private TfliteTensor? Slopes(TfliteOperator add)
    {
        if (_makers.GetValueOrDefault(add.Inputs[0]) is not { Code: Relu } relu
            || _makers.GetValueOrDefault(add.Inputs[1]) is not { Code: Mul } mul
            || _makers.GetValueOrDefault(mul.Inputs[1]) is not { Code: Sub } sub
            || _makers.GetValueOrDefault(sub.Inputs[1]) is not { Code: Abs } abs
            || sub.Inputs[0] != relu.Inputs[0] || abs.Inputs[0] != relu.Inputs[0]
            || !NoActivation(add, 0) || !NoActivation(mul, 0) || !NoActivation(sub, 0))
            return null;
        return _file.Tensors[mul.Inputs[0]];
    }

    /// <summary>Relu(x) + slope * (x - Relu(x)): on a CPU this takes OnnxRuntime half the time of its PRelu.</summary>
    private string Prelu(int x, TfliteTensor half)
    {
        string whole = Tensor(x), positive = _graph.Add("Relu", whole);
        float[] slopes = [.. half.Floats().Select(k => 2 * k)];
        string negative = _graph.Add("Sub", whole, positive);
        return _graph.Add("Add", positive, _graph.Add("Mul", negative, _graph.Constant("slope." + half.Name, slopes, slopes.Length, 1, 1)));
    }

    private static bool NoActivation(TfliteOperator node, int field) => node.Option(field, OptionKind.Byte) == 0;

    /// <summary>[outer, pixels, channels] to [outer, channels, pixels].</summary>
    private static float[] ChannelsFirst(float[] values, int outer, int pixels, int channels)
    {
        float[] moved = new float[values.Length];
        for (int o = 0; o < outer; o++)
            for (int p = 0; p < pixels; p++)
                for (int c = 0; c < channels; c++)
                    moved[(((o * channels) + c) * pixels) + p] = values[(((o * pixels) + p) * channels) + c];
        return moved;
    }
}
