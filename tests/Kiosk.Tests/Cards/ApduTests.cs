using System.Text;
using Kiosk.Core.Cards;

namespace Kiosk.Tests.Cards;

/// <summary>The bytes of src/Kiosk.Core/Cards/README.md section 3.</summary>
public class ApduTests
{
    [Fact]
    public void Wake_up() => Assert.Equal("00A40000", Hex(CardCommands.WakeUp));

    [Fact]
    public void Select_JPKI() => Assert.Equal("00A4040C0AD392F000260100000001", Hex(JpkiApp.Select));

    [Fact]
    public void Select_card_face() => Assert.Equal("00A4040C0AD3921000310001010402", Hex(CardFaceApp.Select));

    [Fact]
    public void Select_the_PIN_file() => Assert.Equal("00A4020C020018", Hex(CardCommands.SelectFile(ElementaryFile.AuthenticationPin)));

    [Fact]
    public void Read_the_record_of_the_common_application()
    {
        Assert.Equal("00A4040C0AD3921000310001010100", Hex(CommonApp.Select));
        Assert.Equal("00B2010400", Hex(CardCommands.ReadFirstRecord));
    }

    [Fact]
    public void Tries_left_carries_no_data() => Assert.Equal("00200080", Hex(CardCommands.TriesLeft));

    [Fact]
    public void Verify_carries_ASCII() => Assert.Equal("002000800431323334", Hex(CardCommands.VerifyDigits("1234"u8)));

    [Theory]
    [InlineData(0, 256, "00B0000000")]
    [InlineData(0x0100, 7, "00B0010007")]
    [InlineData(0x7FFF, 1, "00B07FFF01")]
    [InlineData(0, 2048, "00B00000000800")]
    [InlineData(0, 65_536, "00B00000000000")]
    public void Read_binary(int offset, int le, string expected) => Assert.Equal(expected, Hex(CardCommands.Read(offset, le)));

    [Theory]
    [InlineData(-1)]
    [InlineData(0x8000)]
    public void An_offset_whose_top_bit_would_mean_a_short_file_id_is_refused(int offset) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Hex(CardCommands.Read(offset, 1)));

    [Fact]
    public void Sign_carries_a_DigestInfo_of_51_bytes()
    {
        Span<byte> info = stackalloc byte[CardCommands.DigestInfoLength];
        CardCommands.DigestInfo("abc"u8, info);
        Assert.Equal(
            "802A00803330" + "31300D060960864801650304020105000420" +
            "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD" + "00",
            Hex(JpkiApp.Sign(info)));
        Assert.StartsWith("802A000033", Hex(CardFaceApp.Sign(info)), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_data_use_extended_length()
    {
        byte[] data = new byte[300];
        string apdu = Hex(new CommandApdu(0x80, 0xA2, 0x06, 0xC1, data, 256));
        Assert.StartsWith("80A206C100012C", apdu, StringComparison.Ordinal);
        Assert.EndsWith("0100", apdu, StringComparison.Ordinal);
        Assert.Equal(4 + 3 + 300 + 2, apdu.Length / 2);
    }

    [Fact]
    public void A_buffer_that_is_too_small_is_refused_and_nothing_is_written()
    {
        byte[] buffer = new byte[8];
        Assert.Throws<ArgumentOutOfRangeException>(() => CardCommands.VerifyDigits("1234"u8).WriteTo(buffer));
        Assert.DoesNotContain(buffer, b => b != 0);
    }

    [Theory]
    [InlineData(0x63C3, 3, false)]
    [InlineData(0x63C0, 0, true)]
    [InlineData(0x6984, 0, true)]
    [InlineData(0x6983, 0, true)]
    [InlineData(0x6300, int.MaxValue, false)]
    [InlineData(0x9000, int.MaxValue, false)]
    [InlineData(0x6A88, null, false)]
    public void Status_words_of_VERIFY(int word, int? tries, bool isBlocked)
    {
        StatusWord status = new((ushort)word);
        Assert.Equal(tries, status.TriesLeft);
        Assert.Equal(isBlocked, status.IsBlocked);
    }

    [Fact]
    public void A_response_is_data_and_two_bytes()
    {
        ResponseApdu response = new([0x01, 0x02, 0x6C, 0x00]);
        Assert.Equal([0x01, 0x02], response.Data.ToArray());
        Assert.Equal(256, response.Status.RightLe);
        Assert.Null(response.Status.BytesWaiting);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ResponseApdu([0x90]).Status);
    }

    [Theory]
    [InlineData("JPKIAPICCTOKEN2", TokenLabel.MyNumberCard)]
    [InlineData("JPKIAPICCTOKEN", TokenLabel.OldResidentCard)]
    [InlineData("JPKIAPGPSETOKEN", TokenLabel.AndroidPhone)]
    [InlineData("JPKIAPIOSTOKEN", TokenLabel.Iphone)]
    [InlineData("JPKIAPICCTOKEN3", null)]
    [InlineData("", null)]
    public void Token_labels(string label, TokenLabel? expected) =>
        Assert.Equal(expected, JpkiApp.ParseLabel(Encoding.ASCII.GetBytes(label.PadRight(160))));

    private static string Hex(in CommandApdu command)
    {
        Span<byte> buffer = stackalloc byte[400];
        int length = command.WriteTo(buffer);
        Assert.Equal(command.Length, length);
        return Convert.ToHexString(buffer[..length]);
    }
}
