using System.Buffers.Binary;

namespace Kiosk.Core.Cards;

/// <summary>
/// EF 0002 of the 券面事項確認AP, <c>FF20 { DF21 … DF2A }</c> (README.md section 5). All values are views of the caller's buffer.
/// 住所 is hashed and not read.
/// </summary>
public readonly ref struct CardFaceRecord
{
    private const int FirstTag = 0xDF22;
    private const int Objects = 9;

    private readonly ReadOnlySpan<byte> _file;
    private readonly ObjectBounds _bounds;

    /// <exception cref="InvalidDataException">Objects missing, out of order, or not where the offset table DF21 says.</exception>
    public CardFaceRecord(ReadOnlySpan<byte> file)
    {
        TlvReader outer = new(file);
        outer.Require(0xFF20);
        int header = outer.Encoded.Length - outer.Value.Length;
        TlvReader inner = outer.Children();
        inner.Require(0xDF21);
        ReadOnlySpan<byte> table = inner.Value;
        if (table.Length != Objects * 2) throw new InvalidDataException("DF21 length");
        _file = file;
        for (int i = 0; i < Objects; i++)
        {
            inner.Require(FirstTag + i);
            int start = header + inner.Offset;
            if (BinaryPrimitives.ReadUInt16BigEndian(table[(i * 2)..]) != start) throw new InvalidDataException("DF21 offset");
            int end = start + inner.Encoded.Length;
            _bounds[i] = (start, end - inner.Value.Length, end);
        }
    }

    /// <summary>Group 1: DF22 生年月日, DF23 性別, DF24 key of the card, with tags and lengths.</summary>
    public ReadOnlySpan<byte> Identity => _file[_bounds[0].Start.._bounds[2].End];

    /// <summary>Group 2: DF25 氏名 and DF26 住所, both pictures.</summary>
    public ReadOnlySpan<byte> NameAndAddress => _file[_bounds[3].Start.._bounds[4].End];

    /// <summary>Group 3: DF27 photo, with tag and length.</summary>
    public ReadOnlySpan<byte> PhotoObject => _file[_bounds[5].Start.._bounds[5].End];

    /// <summary>DF27: JPEG 2000, greyscale.</summary>
    public ReadOnlySpan<byte> Photo => Value(5);

    /// <summary>DF28: its length goes with the key of the issuer.</summary>
    public ReadOnlySpan<byte> Signature => Value(6);

    /// <summary>DF24: public key of the key that signs without a PIN.</summary>
    /// <exception cref="InvalidDataException">Not a key.</exception>
    public CardPublicKey CardKey => CardPublicKey.FromCard(Value(2));

    /// <summary>DF25: 氏名 as printed on the card, PNG of 1 bit. Only this form has every character of every name.</summary>
    public ReadOnlySpan<byte> NamePng => Value(3);

    /// <summary>DF29: 有効期限, not signed. Null: it is not a date.</summary>
    public DateOnly? Expiry => CommonApp.ParseDate(Value(7));

    private ReadOnlySpan<byte> Value(int index) => _file[_bounds[index].Value.._bounds[index].End];

    [System.Runtime.CompilerServices.InlineArray(Objects)]
    private struct ObjectBounds
    {
        private (int Start, int Value, int End) _first;
    }
}
