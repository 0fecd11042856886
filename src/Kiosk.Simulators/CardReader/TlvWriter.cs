namespace Kiosk.Simulators.CardReader;

/// <summary>Writes BER-TLV objects as the card stores them: lengths of 256 and more in two bytes.</summary>
internal static class TlvWriter
{
    public static byte[] Object(int tag, params ReadOnlySpan<byte> value)
    {
        List<byte> bytes = [];
        if (tag > 0xFF) bytes.Add((byte)(tag >> 8));
        bytes.Add((byte)tag);
        if (value.Length > 0xFF) bytes.AddRange([0x82, (byte)(value.Length >> 8), (byte)value.Length]);
        else if (value.Length > 0x7F) bytes.AddRange([0x81, (byte)value.Length]);
        else bytes.Add((byte)value.Length);
        bytes.AddRange(value);
        return [.. bytes];
    }
}
