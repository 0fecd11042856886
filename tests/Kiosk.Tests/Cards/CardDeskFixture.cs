using System.Text;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.Simulators.CardReader;

namespace Kiosk.Tests.Cards;

/// <summary>One synthetic CA for all card tests, because making its keys takes a second.</summary>
internal static class CardDeskFixture
{
    public static readonly DateOnly Today = new(2026, 11, 24);
    public static readonly SimulatedHierarchy Hierarchy = new(directory: null);
    public static readonly CardTrust Trust = Hierarchy.Trust(Today);

    /// <summary>14 KB that begin like a JP2 file. Only the face matcher reads more of it.</summary>
    public static readonly byte[] Photo = MakePhoto();

    public static readonly CardMaterial Material = new(Photo, [0x89, (byte)'P', (byte)'N', (byte)'G', .. new byte[700]], Today);

    /// <summary>A new card with all its tries.</summary>
    public static VirtualCard Card(string name) => new CardBox(Hierarchy, Material).Take(name);

    public static (CardSession Session, InProcessChannel Channel) Open(VirtualCard card, bool extended = false, CardTrust? trust = null)
    {
        InProcessChannel channel = new(card, LinkModel.None);
        return (new CardSession(channel, trust ?? Trust, new ReadLength(extended)), channel);
    }

    public static async Task<Failure> FailureOf(VirtualCard card, Func<CardSession, Task> what, CardTrust? trust = null)
    {
        (CardSession session, _) = Open(card, trust: trust);
        await using CardSession _1 = session;
        return (await Assert.ThrowsAsync<FailureException>(() => what(session))).Failure;
    }

    public static Secret Digits(string digits)
    {
        Secret secret = new(digits.Length);
        Encoding.ASCII.GetBytes(digits, secret.Fill(digits.Length));
        return secret;
    }

    /// <summary>32 bytes to be signed.</summary>
    public static byte[] Challenge => [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private static byte[] MakePhoto()
    {
        byte[] photo = new byte[14_000];
        new Random(1).NextBytes(photo);
        Convert.FromHexString("0000000C6A5020200D0A870A").CopyTo(photo, 0);
        return photo;
    }
}
