using System.Buffers.Binary;
using Kiosk.Core.Cards;
using Kiosk.Simulators.CardReader;
using OpenCvSharp;

namespace Kiosk.Fuzz;

/// <summary>
/// Writes the committed seeds: the answers of a correct virtual card. The keys are new each time; nothing is of a real person.
/// </summary>
internal static class SeedMaker
{
    public static void WriteTo(string folder)
    {
        using SimulatedHierarchy hierarchy = new(null);
        DateOnly today = new(2026, 11, 24);
        byte[] photo = Photo(48, 64);
        CardMaterial material = new(photo, Convert.FromBase64String(NamePng), today);
        CardBox cards = new(hierarchy, material);
        // The same card with RSA-2048 and with P-384.
        WriteOf(cards.Take("standard"), folder, "");
        WriteOf(cards.Take("p384"), folder, "-p384");

        hierarchy.SaveTrust(Directory.CreateDirectory(Path.Combine(folder, "trust")).FullName, today);
        Put(folder, "certificate", "authority", hierarchy.AuthorityCertificate(today));
        Put(folder, "apdu", "tries", [0x63, 0xC3]);
        Put(folder, "apdu", "verify", Convert.FromHexString("0020008004313233349000"));
        Put(folder, "photo", "grey", photo);
        Put(folder, "photo", "codestream", photo[(photo.AsSpan().IndexOf("jp2c"u8) + 4)..]);
        Put(folder, "photo", "larger", Photo(120, 160));
        Put(folder, "name", "bars", Convert.FromBase64String(NamePng));
    }

    private static void WriteOf(VirtualCard card, string folder, string suffix)
    {
        byte[] number = System.Text.Encoding.ASCII.GetBytes(card.PrintedNumber!);
        card.PowerOn();
        List<byte[]> answers = [];

        Say(CardCommands.WakeUp);
        Say(JpkiApp.Select);
        byte[] label = Read(ElementaryFile.TokenInfo, 32);
        Read(ElementaryFile.Presence, 3);
        byte[] certificate = Read(ElementaryFile.AuthenticationCertificate, 4096);
        Say(CardCommands.SelectFile(ElementaryFile.AuthenticationPin));
        Say(CardCommands.TriesLeft);
        Say(CardFaceApp.Select);
        Say(CardCommands.SelectApplication(CardApp.ResidenceCard));
        Put("session", "identify", Session());
        Say(CommonApp.Select);
        Say(CardCommands.SelectFile(ElementaryFile.CommonInfo));
        byte[] common = Say(CardCommands.ReadFirstRecord);
        Say(CardFaceApp.Select);
        Say(CardCommands.SelectFile(ElementaryFile.NumberB));
        Say(CardCommands.TriesLeft);
        Say(CardCommands.VerifyDigits(number));
        byte[] face = Read(ElementaryFile.CardFace, 30_000);
        byte[] issuer = Read(ElementaryFile.CardFaceIssuer, 1024);
        Put("session", "photo", Session());

        Put("tlv", "face", face);
        Put("tlv", "issuer", issuer);
        Put("record", "face", face);
        Put("issuer", "issuer", issuer);
        Put("certificate", "certificate", certificate);
        Put("apdu", "label", [.. label, 0x90, 0x00]);
        Put("apdu", "common", common);

        byte[] Say(in CommandApdu command)
        {
            byte[] bytes = new byte[command.Length];
            command.WriteTo(bytes);
            byte[] answer = card.Process(bytes);
            answers.Add(answer);
            return answer;
        }

        byte[] Read(ElementaryFile file, int most)
        {
            Say(CardCommands.SelectFile(file));
            List<byte> content = [];
            while (content.Count < most)
            {
                byte[] part = Say(CardCommands.Read(content.Count, Math.Min(256, most - content.Count)));
                content.AddRange(part[..^2]);
                if (part.Length < 258) break;
            }

            return [.. content];
        }

        byte[] Session()
        {
            List<byte> all = [];
            Span<byte> length = stackalloc byte[2];
            foreach (byte[] answer in answers)
            {
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
                all.AddRange(length);
                all.AddRange(answer);
            }

            return [.. all];
        }

        void Put(string target, string name, byte[] seed) => SeedMaker.Put(folder, target, name + suffix, seed);
    }

    private static void Put(string folder, string target, string name, byte[] seed) =>
        File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, target)).FullName, name), seed);

    private const string NamePng =
        "iVBORw0KGgoAAAANSUhEUgAAAQgAAAAwAQAAAADF09kmAAAAIklEQVR42mP4TwgwDCkVh3GDIadiNF5G42U0XkbjZSjHCwDEgpI8g5bdBQAAAABJRU5ErkJggg==";

    private static byte[] Photo(int width, int height)
    {
        using Mat picture = new(height, width, MatType.CV_8UC1);
        Cv2.Randu(picture, Scalar.All(0), Scalar.All(255));
        Cv2.GaussianBlur(picture, picture, new Size(0, 0), 4);
        Cv2.ImEncode(".jp2", picture, out byte[] jp2, [(int)ImwriteFlags.Jpeg2000CompressionX1000, 60]);
        return jp2;
    }
}
