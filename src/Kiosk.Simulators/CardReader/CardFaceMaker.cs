using System.Buffers.Binary;
using System.Text;

namespace Kiosk.Simulators.CardReader;

/// <summary>
/// Makes EF 0002 and EF 0004 of the 券面事項確認AP, signed by a synthetic hierarchy. The form is in src/Kiosk.Core/Cards/README.md.
/// </summary>
internal static class CardFaceMaker
{
    private const int FirstTag = 0xDF22;

    /// <param name="cardKey">The key whose public half is DF24.</param>
    /// <param name="picture">1-bit PNG used for address and security code, and for the name if the card has none.</param>
    public static byte[] CardFace(
        CardDescription card, DateOnly today, SimulatedKey cardKey, byte[] photo, byte[] picture, CardIssuer issuer)
    {
        PrintedFace printed = card.Printed!;
        byte[][] objects = new byte[9][];
        Put(0, Encoding.ASCII.GetBytes(printed.Birth));
        Put(1, Encoding.ASCII.GetBytes(printed.Sex ?? ""));
        Put(2, cardKey.Public);
        Put(3, printed.Name is { } name ? Convert.FromBase64String(name) : picture);
        Put(4, picture);
        Put(5, photo);
        Put(6, issuer.CardFaceIssuer.SignGroups([.. objects[0], .. objects[1], .. objects[2]], [.. objects[3], .. objects[4]], objects[5]));
        if (card.PhotoSwapped) Put(5, Swapped(photo));
        Put(7, Encoding.ASCII.GetBytes(printed.AlteredExpiry ?? printed.ExpiresOn(today)));
        Put(8, picture);

        byte[] table = new byte[objects.Length * 2];
        int at = 5 + 3 + table.Length; // headers of FF20 (five bytes) and DF21 (three)
        for (int i = 0; i < objects.Length; at += objects[i++].Length)
            BinaryPrimitives.WriteUInt16BigEndian(table.AsSpan(i * 2), (ushort)at);
        return TlvWriter.Object(0xFF20, [.. TlvWriter.Object(0xDF21, table), .. objects.SelectMany(o => o)]);

        // Replace the photo as a forger would: with another picture of the same length, so that the offset table stays valid.
        static byte[] Swapped(byte[] signed)
        {
            byte[] other = [.. signed];
            if (other.Length > 0) other[^1] ^= 0x01;
            return other;
        }

        void Put(int index, ReadOnlySpan<byte> value) => objects[index] = TlvWriter.Object(FirstTag + index, value);
    }

    /// <summary>共通カードAP EF 0001: <c>01 1C</c>, serial 15, municipality 5, 有効期限.</summary>
    public static byte[] CommonInfo(PrintedFace printed, DateOnly today) =>
        [0x01, 0x1C, .. Encoding.ASCII.GetBytes($"00000000000000013101{printed.ExpiresOn(today)}")];

    /// <summary>EF 0004: the card face issuer's key, certified by the synthetic CV CA.</summary>
    public static byte[] Issuer(CardIssuer issuer)
    {
        byte[] body = [.. issuer.CardFaceAuthorityId, .. SimulatedHierarchy.CardFaceIssuerId, .. issuer.CardFaceIssuer.Public];
        byte[] signature = issuer.CardFaceAuthority.SignMessage(body);
        return TlvWriter.Object(0x7F21, [.. TlvWriter.Object(0x5F4E, body), .. TlvWriter.Object(0x5F37, signature)]);
    }
}
