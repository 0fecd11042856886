using Microsoft.ML.OnnxRuntime;

namespace Kiosk.Devices.FaceEngine;

/// <summary>
/// One ONNX model with its input and output buffers, made once and used for every frame. It runs on one core and does not spin: with
/// these networks a second thread gave no gain, and the other core is for the screen. Not for two threads at once.
/// </summary>
internal sealed class Network : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly OrtValue[] _inputs;
    private readonly OrtValue[] _outputs;
    private readonly float[][] _results;

    static Network() => QuietRuntime.Begin();

    /// <param name="path">A file whose digest was checked (<see cref="Models.ModelStore.Locate"/>).</param>
    /// <param name="shape">Shape of the only input; batch 1.</param>
    /// <param name="outputs">Name and shape of the outputs to read.</param>
    public Network(string path, string input, long[] shape, params (string Name, long[] Shape)[] outputs)
    {
        using SessionOptions options = new()
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new(path, options);
        Input = Buffer(shape);
        _results = [.. outputs.Select(o => Buffer(o.Shape))];
        _inputNames = [input];
        _inputs = [.. new[] { Input }.Select(buffer => OrtValue.CreateTensorValueFromMemory(buffer, shape))];
        _outputNames = [.. outputs.Select(o => o.Name)];
        _outputs = [.. outputs.Select((o, i) => OrtValue.CreateTensorValueFromMemory(_results[i], o.Shape))];
        Run();
    }

    /// <summary>Fill it before <see cref="Run"/>.</summary>
    public float[] Input { get; }

    /// <summary>Values of an output after the last run, in the order given at construction.</summary>
    public ReadOnlySpan<float> Output(int index) => _results[index];

    public void Run() => _session.Run(_run, _inputNames, _inputs, _outputNames, _outputs);

    /// <summary>Zeroes input and outputs of the last run.</summary>
    public void Clear()
    {
        Array.Clear(Input);
        foreach (float[] result in _results) Array.Clear(result);
    }

    public void Dispose()
    {
        foreach (OrtValue value in _inputs) value.Dispose();
        foreach (OrtValue value in _outputs) value.Dispose();
        _run.Dispose();
        _session.Dispose();
    }

    private static float[] Buffer(long[] shape) =>
        GC.AllocateArray<float>((int)shape.Aggregate(1L, (product, d) => product * d), pinned: true);
}
