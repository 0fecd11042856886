using System.Security.Cryptography;
using System.Text;
using OtpNet;

namespace Kiosk.ReceptionTerminal.Staff;

/// <summary>Time-based one-time codes of authenticator apps: RFC 6238 with HMAC-SHA-1, 30 s, 6 digits.</summary>
internal static class SecondFactor
{
    private const int StepSeconds = 30;

    /// <returns>20 random bytes.</returns>
    public static byte[] NewKey() => KeyGeneration.GenerateRandomKey(OtpHashMode.Sha1);

    /// <returns>6 digits.</returns>
    public static string CodeAt(byte[] key, DateTimeOffset time) => new Totp(key, StepSeconds).ComputeTotp(time.UtcDateTime);

    /// <returns>The number of the 30 s step whose code it is: now, the one before or the one after; null: none of them.</returns>
    public static long? MatchingStep(byte[] key, string code, DateTimeOffset now)
    {
        // Compared here in constant time; the library compares strings and stops at the first match.
        long step = now.ToUnixTimeSeconds() / StepSeconds;
        for (long s = step - 1; s <= step + 1; s++)
        {
            string right = CodeAt(key, DateTimeOffset.FromUnixTimeSeconds(s * StepSeconds));
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(right), Encoding.ASCII.GetBytes(code))) return s;
        }

        return null;
    }

    /// <summary>The key as an authenticator app takes it, typed in or as a QR code of this text.</summary>
    public static string KeyUri(string id, byte[] key) => new OtpUri(OtpType.Totp, key, id, "reception").ToString();
}
