using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;

namespace Kiosk.Lab.Models;

/// <summary>
/// Builds an ONNX model, IR version 8, operator set 13. Tensors are named by the caller or numbered. The same calls give the same
/// bytes: Google.Protobuf writes fields in the order of their numbers.
/// </summary>
internal sealed class OnnxGraph(string name)
{
    private readonly GraphProto _graph = new() { Name = name };
    private readonly HashSet<string> _constantNames = [];

    /// <param name="dimensions">0 or less: any size.</param>
    public void Input(string tensor, params long[] dimensions) => _graph.Input.Add(ValueInfo(tensor, dimensions));

    /// <param name="dimensions">Empty when unknown.</param>
    public void Output(string tensor, params long[] dimensions) => _graph.Output.Add(ValueInfo(tensor, dimensions));

    /// <summary>A constant of float32. A name that is there already keeps its first value.</summary>
    /// <param name="values">Row-major.</param>
    /// <returns>The tensor's name.</returns>
    public string Constant(string tensor, float[] values, params long[] dimensions) =>
        Constant(tensor, TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes(values.AsSpan()), dimensions);

    /// <summary>A constant list of int64. A name that is there already keeps its first value.</summary>
    /// <returns>The tensor's name.</returns>
    public string Constant(string tensor, long[] values) =>
        Constant(tensor, TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes(values.AsSpan()), [values.Length]);

    /// <returns>Name of the node's output.</returns>
    public string Add(string operation, params string[] inputs) => Add(operation, inputs, []);

    /// <param name="attributes">Each an int, a float, a string or an int array.</param>
    /// <param name="output">Null: numbered.</param>
    /// <returns>Name of the node's output, which is the node's own name too.</returns>
    /// <exception cref="ArgumentException">An attribute of another type.</exception>
    public string Add(string operation, string[] inputs, (string Name, object Value)[] attributes, string? output = null)
    {
        output ??= $"{operation}_{_graph.Node.Count}";
        NodeProto node = new() { Name = output, OpType = operation };
        node.Input.Add(inputs);
        node.Output.Add(output);
        node.Attribute.Add(attributes.Select(a => Attribute(a.Name, a.Value)));
        _graph.Node.Add(node);
        return output;
    }

    /// <param name="producer">Program and version that wrote the file.</param>
    public byte[] Build(string producer) => new ModelProto
    {
        IrVersion = 8,
        ProducerName = producer,
        Graph = _graph,
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 13 } },
    }.ToByteArray();

    private static AttributeProto Attribute(string name, object value) => value switch
    {
        int number => new() { Name = name, I = number, Type = AttributeProto.Types.AttributeType.Int },
        float number => new() { Name = name, F = number, Type = AttributeProto.Types.AttributeType.Float },
        string text => new() { Name = name, S = ByteString.CopyFromUtf8(text), Type = AttributeProto.Types.AttributeType.String },
        int[] numbers => new() { Name = name, Ints = { numbers.Select(n => (long)n) }, Type = AttributeProto.Types.AttributeType.Ints },
        _ => throw new ArgumentException($"attribute {name}", nameof(value)),
    };

    private static ValueInfoProto ValueInfo(string tensor, long[] dimensions)
    {
        TypeProto.Types.Tensor type = new() { ElemType = (int)TensorProto.Types.DataType.Float };
        if (dimensions.Length > 0) type.Shape = new() { Dim = { dimensions.Select(Dimension) } };
        return new() { Name = tensor, Type = new() { TensorType = type } };
    }

    private static TensorShapeProto.Types.Dimension Dimension(long size) => size > 0 ? new() { DimValue = size } : new() { DimParam = "N" };

    private string Constant(string tensor, TensorProto.Types.DataType type, ReadOnlySpan<byte> raw, long[] dimensions)
    {
        if (_constantNames.Add(tensor))
            _graph.Initializer.Add(new TensorProto
            {
                Dims = { dimensions },
                DataType = (int)type,
                Name = tensor,
                RawData = ByteString.CopyFrom(raw)
            });
        return tensor;
    }
}
