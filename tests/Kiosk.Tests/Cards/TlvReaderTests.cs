using CsCheck;
using Kiosk.Core.Cards;

namespace Kiosk.Tests.Cards;

public class TlvReaderTests
{
    [Fact]
    public void Objects_are_read_one_after_the_other_up_to_the_FF_bytes()
    {
        TlvReader reader = new(Convert.FromHexString("FF2007DF220241429000FFFFFF"));
        reader.Require(0xFF20);
        Assert.Equal(10, reader.Encoded.Length);
        TlvReader inner = reader.Children();
        inner.Require(0xDF22);
        Assert.Equal("AB"u8.ToArray(), inner.Value.ToArray());
        inner.Require(0x90);
        Assert.Equal(5, inner.Offset);
        Assert.True(inner.Value.IsEmpty);
        Assert.False(inner.MoveNext());
        Assert.False(reader.MoveNext());
    }

    [Theory]
    [InlineData("30820102", 4 + 258)]
    [InlineData("FF2082379312", 5 + 0x3793)]
    [InlineData("9003010001", 5)]
    [InlineData("30818000", 3 + 128)]
    public void The_total_length_is_known_from_the_first_bytes(string hex, int total) =>
        Assert.Equal(total, TlvReader.TotalLength(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("3082")]
    [InlineData("308201")]
    [InlineData("3080")]
    [InlineData("3083010000")]
    [InlineData("DF")]
    [InlineData("DFFF0100")]
    public void A_broken_beginning_is_refused(string hex) =>
        Assert.Throws<InvalidDataException>(() => TlvReader.TotalLength(Convert.FromHexString(hex)));

    [Fact]
    public void An_object_longer_than_its_level_is_refused() =>
        Assert.Throws<InvalidDataException>(() => Walk(Convert.FromHexString("300590010102"), 0));

    [Fact]
    public void Too_many_levels_are_refused() =>
        Assert.Throws<InvalidDataException>(() => Walk(Convert.FromHexString("300830063004300230009000"), 10));

    [Fact]
    public void Too_many_objects_are_refused() =>
        Assert.Throws<InvalidDataException>(() => Walk(new byte[2 * (TlvReader.MaxObjects + 1)], 0));

    [Fact]
    public void Any_bytes_give_objects_or_InvalidDataException() =>
        Gen.Byte.Array[0, 300].Sample(bytes =>
        {
            Quietly(() => Walk(bytes, 5));
            Quietly(() => _ = new CardFaceRecord(bytes).Photo.Length);
            Quietly(() => _ = new CardVerifiableCertificate(bytes).Body.Length);
            Quietly(() => JpkiCertificate.Parse(bytes));
            Quietly(() => CardPublicKey.FromCard(bytes));
        });

    /// <summary>A card face with one changed byte, for each byte: it is refused, or has the same structure.</summary>
    [Fact]
    public void A_card_face_with_a_changed_byte_never_crashes()
    {
        byte[] file = new byte[600];
        Convert.FromHexString("FF20820200DF21120000").CopyTo(file, 0);
        Gen.Select(Gen.Int[0, file.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            byte[] changed = [.. file];
            changed[at] = value;
            Quietly(() => _ = new CardFaceRecord(changed).Photo.Length);
        });
    }

    private static void Quietly(Action read)
    {
        try
        {
            read();
        }
        catch (InvalidDataException)
        {
            // The only exception that broken bytes may give.
        }
    }

    private static void Walk(ReadOnlySpan<byte> bytes, int depth) => Walk(new TlvReader(bytes), depth);

    private static void Walk(TlvReader reader, int depth)
    {
        while (reader.MoveNext())
        {
            if (depth > 0) Walk(reader.Children(), depth - 1);
        }
    }
}
