using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kiosk.ReceptionTerminal.Staff;

/// <summary>Time-based one-time codes as authenticator apps make them: RFC 6238 with HMAC-SHA-1, 30 s, 6 digits.</summary>
internal static class Totp
{
    private const int StepSeconds = 30;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(20);

    /// <summary>The code of one step.</summary>
    public static string Code(byte[] key, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // What the apps on people's phones do; HMAC does not lean on collision resistance.
        byte[] mac = HMACSHA1.HashData(key, counter);
#pragma warning restore CA5350
        int offset = mac[^1] & 0xF;
        int number = (BinaryPrimitives.ReadInt32BigEndian(mac.AsSpan(offset)) & 0x7FFFFFFF) % 1_000_000;
        return number.ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <returns>The step whose code it is, one to either side of now allowed; null: none.</returns>
    public static long? Match(byte[] key, string code, DateTimeOffset now)
    {
        long step = now.ToUnixTimeSeconds() / StepSeconds;
        for (long s = step - 1; s <= step + 1; s++)
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Code(key, s)), Encoding.ASCII.GetBytes(code))) return s;
        return null;
    }

    /// <summary>For the app, typed in or as a QR code of this text.</summary>
    public static string Address(string id, byte[] key)
    {
        StringBuilder text = new();
        for (int bit = 0; bit < key.Length * 8; bit += 5)
        {
            int index = 0;
            for (int b = bit; b < bit + 5; b++) index = index << 1 | (b < key.Length * 8 && (key[b / 8] & 0x80 >> b % 8) != 0 ? 1 : 0);
            text.Append(Base32[index]);
        }

        return $"otpauth://totp/reception:{Uri.EscapeDataString(id)}?secret={text}&issuer=reception";
    }
}
