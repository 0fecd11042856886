using System.Runtime.InteropServices;
using Google.FlatBuffers;

namespace Kiosk.Lab.Models;

/// <summary>One tensor of a TensorFlow Lite file.</summary>
/// <param name="Shape">As in the file; activations are NHWC.</param>
/// <param name="Data">Its constant values, little-endian; empty: computed by an operator.</param>
internal sealed record TfliteTensor(string Name, int[] Shape, int Type, ReadOnlyMemory<byte> Data)
{
    private const int Float32 = 0;

    /// <summary>The constant as floats, row-major.</summary>
    /// <exception cref="InvalidDataException">Not a constant of float32, or its length does not fit its shape.</exception>
    public float[] Floats()
    {
        if (Type != Float32 || Data.IsEmpty) throw new InvalidDataException($"{Name}: a constant of float32 is expected");
        float[] values = MemoryMarshal.Cast<byte, float>(Data.Span).ToArray();
        int count = Shape.Aggregate(1, (product, d) => checked(product * d));
        return values.Length == count ? values
            : throw new InvalidDataException($"{Name}: {values.Length} values, its shape has {count}");
    }
}

/// <summary>One operator.</summary>
/// <param name="Code">Number of enum BuiltinOperator.</param>
/// <param name="Inputs">Numbers of tensors; -1: left out.</param>
/// <param name="Option">Reads a field of the operator's options by its number in the schema; the default is 0, as for every field that
/// the supported operators use.</param>
internal sealed record TfliteOperator(int Code, int[] Inputs, int[] Outputs, Func<int, OptionKind, int> Option);

/// <summary>Width of a field of an operator's options.</summary>
internal enum OptionKind
{
    /// <summary>An enum, one byte.</summary>
    Byte,

    /// <summary>int32.</summary>
    Integer,
}

/// <summary>
/// Reads a TensorFlow Lite model of one subgraph. Tables and field numbers are those of the public schema
/// (tensorflow/tensorflow, tensorflow/lite/schema/schema.fbs, version 3).
/// </summary>
internal sealed class TfliteFile
{
    private TfliteFile(IReadOnlyList<TfliteTensor> tensors, IReadOnlyList<TfliteOperator> operators, int[] inputs, int[] outputs) =>
        (Tensors, Operators, Inputs, Outputs) = (tensors, operators, inputs, outputs);

    public IReadOnlyList<TfliteTensor> Tensors { get; }

    /// <summary>In the order of execution.</summary>
    public IReadOnlyList<TfliteOperator> Operators { get; }

    public int[] Inputs { get; }

    public int[] Outputs { get; }

    /// <exception cref="InvalidDataException">Not such a file, or cut off.</exception>
    /// <exception cref="ArgumentException">A table or a vector lies outside the file; also IndexOutOfRangeException.</exception>
    public static TfliteFile Read(byte[] file)
    {
        if (file.Length < 8 || !file.AsSpan(4, 4).SequenceEqual("TFL3"u8)) throw new InvalidDataException("no TensorFlow Lite file (TFL3)");
        return Read(new Node(new Table(MemoryMarshal.Read<int>(file), new ByteBuffer(file))), file);
    }

    private static TfliteFile Read(Node model, byte[] file)
    {
        int[] codes = [.. model.Tables(1).Select(Code)];
        ReadOnlyMemory<byte>[] buffers = [.. model.Tables(4).Select(b => b.Bytes(0, file))];
        Node[] subgraphs = [.. model.Tables(2)];
        if (subgraphs.Length != 1) throw new InvalidDataException($"{subgraphs.Length} subgraphs, one is expected");
        Node graph = subgraphs[0];
        return new(
            [.. graph.Tables(0).Select(t => new TfliteTensor(t.Text(3), t.Integers(0), t.Byte(1), buffers[t.Integer(2)]))],
            [.. graph.Tables(3).Select(o => Operator(o, codes))],
            graph.Integers(1),
            graph.Integers(2));
    }

    /// <summary>Files before version 3a have the number only in the first field, a byte; later ones have it in the fourth.</summary>
    private static int Code(Node code) => Math.Max(code.Byte(0), code.Integer(3));

    private static TfliteOperator Operator(Node node, int[] codes)
    {
        Node? options = node.Child(4);
        return new(codes[node.Integer(0)], node.Integers(1), node.Integers(2),
            (field, kind) => options is not { } there ? 0 : kind == OptionKind.Byte ? there.Byte(field) : there.Integer(field));
    }

    /// <summary>A FlatBuffers table; fields are given by their number in the schema.</summary>
    private readonly struct Node(Table table)
    {
        private readonly Table _table = table;

        public int Byte(int field) => At(field) is var at and not 0 ? _table.bb.Get(at) : 0;

        public int Integer(int field) => At(field) is var at and not 0 ? _table.bb.GetInt(at) : 0;

        public string Text(int field) => Offset(field) is var offset and not 0 ? _table.__string(_table.bb_pos + offset) : "";

        public Node? Child(int field) => At(field) is var at and not 0 ? new Node(new Table(_table.__indirect(at), _table.bb)) : null;

        public int[] Integers(int field)
        {
            (int begin, int length) = Vector(field);
            ByteBuffer bytes = _table.bb;
            return [.. Enumerable.Range(0, length).Select(i => bytes.GetInt(begin + (4 * i)))];
        }

        public IEnumerable<Node> Tables(int field)
        {
            (int begin, int length) = Vector(field);
            Table table = _table;
            return Enumerable.Range(0, length).Select(i => new Node(new Table(table.__indirect(begin + (4 * i)), table.bb)));
        }

        public ReadOnlyMemory<byte> Bytes(int field, byte[] file)
        {
            (int begin, int length) = Vector(field);
            return file.AsMemory(begin, length);
        }

        private (int Begin, int Length) Vector(int field)
        {
            if (Offset(field) is not (var offset and not 0)) return (0, 0);
            (int begin, int length) = (_table.__vector(offset), _table.__vector_len(offset));
            return length >= 0 && length <= _table.bb.Length - begin ? (begin, length)
                : throw new InvalidDataException("the TensorFlow Lite file is cut off");
        }

        private int Offset(int field) => _table.__offset(4 + (2 * field));

        private int At(int field) => Offset(field) is var offset and not 0 ? _table.bb_pos + offset : 0;
    }
}
