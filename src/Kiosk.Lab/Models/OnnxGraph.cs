using System.Runtime.InteropServices;

namespace Kiosk.Lab.Models;

/// <summary>Builds an ONNX model, IR 8, opset 13 (field numbers of onnx.proto3); tensors are named by their caller or numbered.</summary>
internal sealed class OnnxGraph(string name)
{
    private const int TypeFloat = 1;
    private const int TypeInt64 = 7;
    private readonly List<Protobuf> _nodes = [];
    private readonly List<Protobuf> _constants = [];
    private readonly HashSet<string> _constantNames = [];
    private readonly List<Protobuf> _inputs = [];
    private readonly List<Protobuf> _outputs = [];

    /// <param name="dimensions">0 or less: any size.</param>
    public void Input(string tensor, params long[] dimensions) => _inputs.Add(ValueInfo(tensor, dimensions));

    /// <param name="dimensions">Empty when unknown.</param>
    public void Output(string tensor, params long[] dimensions) => _outputs.Add(ValueInfo(tensor, dimensions));

    public string Constant(string tensor, float[] values, params long[] dimensions) =>
        Constant(tensor, TypeFloat, MemoryMarshal.AsBytes(values.AsSpan()), dimensions);

    public string Constant(string tensor, long[] values) =>
        Constant(tensor, TypeInt64, MemoryMarshal.AsBytes(values.AsSpan()), [values.Length]);

    /// <returns>Name of the node's output.</returns>
    public string Add(string operation, params string[] inputs) => Add(operation, inputs, []);

    /// <param name="attributes">Each an int, a float, a string or an int array.</param>
    /// <param name="output">Null: numbered.</param>
    public string Add(string operation, string[] inputs, (string Name, object Value)[] attributes, string? output = null)
    {
        output ??= $"{operation}_{_nodes.Count}";
        Protobuf node = new();
        foreach (string input in inputs) node.Text(1, input);
        node.Text(2, output).Text(3, output).Text(4, operation);
        foreach ((string attribute, object value) in attributes) node.Message(5, Attribute(attribute, value));
        _nodes.Add(node);
        return output;
    }

    public byte[] Build(string producer)
    {
        Protobuf graph = new();
        foreach (Protobuf node in _nodes) graph.Message(1, node);
        graph.Text(2, name);
        foreach (Protobuf constant in _constants) graph.Message(5, constant);
        foreach (Protobuf input in _inputs) graph.Message(11, input);
        foreach (Protobuf output in _outputs) graph.Message(12, output);
        return new Protobuf().Integer(1, 8).Text(2, producer).Message(7, graph).Message(8, new Protobuf().Text(1, "").Integer(2, 13)).ToArray();
    }

    private static Protobuf Attribute(string name, object value)
    {
        Protobuf attribute = new Protobuf().Text(1, name);
        switch (value)
        {
            case int number: return attribute.Integer(3, number).Integer(20, 2);
            case float number: return attribute.Float(2, number).Integer(20, 1);
            case string text: return attribute.Text(4, text).Integer(20, 3);
            case int[] numbers:
                foreach (int number in numbers) attribute.Integer(8, number);
                return attribute.Integer(20, 7);
            default: throw new ArgumentException($"attribute {name}", nameof(value));
        }
    }

    private static Protobuf ValueInfo(string tensor, long[] dimensions)
    {
        Protobuf type = new Protobuf().Integer(1, TypeFloat);
        if (dimensions.Length > 0)
        {
            Protobuf shape = new();
            foreach (long d in dimensions) shape.Message(1, d > 0 ? new Protobuf().Integer(1, d) : new Protobuf().Text(2, "N"));
            type.Message(2, shape);
        }

        return new Protobuf().Text(1, tensor).Message(2, new Protobuf().Message(1, type));
    }

    private string Constant(string tensor, int type, ReadOnlySpan<byte> raw, long[] dimensions)
    {
        if (!_constantNames.Add(tensor)) return tensor;
        Protobuf constant = new();
        foreach (long d in dimensions) constant.Integer(1, d);
        _constants.Add(constant.Integer(2, type).Text(8, tensor).Bytes(9, raw));
        return tensor;
    }
}
