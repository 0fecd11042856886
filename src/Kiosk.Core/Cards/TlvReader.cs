namespace Kiosk.Core.Cards;

/// <summary>
/// Reads BER-TLV objects (ISO/IEC 7816-4) one after the other from untrusted bytes. Limits: tags of one or two bytes, as all
/// tags of the card are; definite lengths up to 65,535; four levels; 64 objects in a level.
/// </summary>
public ref struct TlvReader
{
    public const int MaxDepth = 4;
    public const int MaxObjects = 64;

    private readonly ReadOnlySpan<byte> _source;
    private readonly int _level;
    private int _next;
    private int _objects;
    private int _start;
    private int _value;

    public TlvReader(ReadOnlySpan<byte> source)
        : this(source, 1)
    {
    }

    private TlvReader(ReadOnlySpan<byte> source, int level)
    {
        if (level > MaxDepth) throw new InvalidDataException("TLV too deep");
        _source = source;
        _level = level;
    }

    /// <summary>Of the current object: <c>DF27</c> is 0xDF27, <c>90</c> is 0x90.</summary>
    public int Tag { get; private set; }

    public readonly ReadOnlySpan<byte> Value => _source[_value.._next];

    /// <summary>Tag, length and value. The digests of the card are over these bytes.</summary>
    public readonly ReadOnlySpan<byte> Encoded => _source[_start.._next];

    /// <summary>Where the current object begins, in bytes from the start of this level.</summary>
    public readonly int Offset => _start;

    public readonly TlvReader Children() => new(Value, _level + 1);

    /// <returns>False at the end, and where only FF bytes follow. FF alone is never a tag here.</returns>
    /// <exception cref="InvalidDataException">An object that does not fit into its level, or too many of them.</exception>
    public bool MoveNext()
    {
        if (_next == _source.Length || IsFiller(_source[_next..])) return false;
        if (++_objects > MaxObjects) throw new InvalidDataException("Too many TLV objects");
        _start = _next;
        (int tag, int header, int length) = ReadHeader(_source[_start..]);
        if (length > _source.Length - _start - header) throw new InvalidDataException("TLV longer than its level");
        Tag = tag;
        _value = _start + header;
        _next = _value + length;
        return true;
    }

    /// <summary>Moves to the next object, which must have this tag.</summary>
    /// <exception cref="InvalidDataException">Another tag, or the end.</exception>
    public void Require(int tag)
    {
        if (!MoveNext() || Tag != tag) throw new InvalidDataException($"TLV {tag:X} expected");
    }

    /// <summary>Bytes of the whole object that begins here. The first 6 bytes of a file are enough.</summary>
    /// <exception cref="InvalidDataException">Not the beginning of an object, or its header is not complete.</exception>
    public static int TotalLength(ReadOnlySpan<byte> beginning)
    {
        (_, int header, int length) = ReadHeader(beginning);
        return header + length;
    }

    private static (int Tag, int Header, int Length) ReadHeader(ReadOnlySpan<byte> at)
    {
        int header = 0;
        int tag = Next(at, ref header);
        // The low five bits are all set: another byte follows. Its top bit would announce a third one.
        if ((tag & 0x1F) == 0x1F)
        {
            int second = Next(at, ref header);
            if ((second & 0x80) != 0) throw new InvalidDataException("TLV tag of three bytes");
            tag = (tag << 8) | second;
        }

        int length = Next(at, ref header);
        if (length < 0x80) return (tag, header, length);
        int more = length & 0x7F;
        if (more is 0 or > 2) throw new InvalidDataException("TLV length form");
        length = 0;
        while (more-- > 0) length = (length << 8) | Next(at, ref header);
        return (tag, header, length);
    }

    private static int Next(ReadOnlySpan<byte> at, ref int position) =>
        position < at.Length ? at[position++] : throw new InvalidDataException("TLV cut short");

    private static bool IsFiller(ReadOnlySpan<byte> rest) => rest[0] == 0xFF && !rest.ContainsAnyExcept((byte)0xFF);
}
