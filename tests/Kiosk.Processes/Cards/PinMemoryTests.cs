using System.Security.Cryptography;
using System.Text;
using Kiosk.Core.Cards;
using Kiosk.Core.Values;
using Kiosk.Devices.CardReader;
using Kiosk.Tests.Cards;

namespace Kiosk.Processes.Cards;

/// <summary>
/// After a visit through libpcsclite the memory of this process does not hold the PIN or 照合番号B: not as text, not in an array
/// of their length, not in a command in any buffer. The card is another process and may hold them.
/// </summary>
[Collection(PcscDesk.Collection)]
public sealed class PinMemoryTests(PcscDesk pcsc)
{
    private const string Template = """
        {"like":"standard","what":"memory","printed":{"securityCode":"QQQQ"},
         "applications":{"D392F000260100000001":{"pins":{"0018":{"value":"PPPP"}}}}}
        """;

    /// <summary>
    /// How often the visit is made: other tests may leave these four digits in memory by chance, but a copy made by the visit is there
    /// every time.
    /// </summary>
    private const int Rounds = 3;

    [SkippableFact]
    public async Task After_a_visit_no_memory_of_the_process_holds_the_PIN_or_the_number()
    {
        Skip.IfNot(pcsc.Missing is null && OperatingSystem.IsLinux(), pcsc.Missing ?? "Linux only");
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(120));
        int found = 1;
        for (int round = 0; round < Rounds && found > 0; round++) found = await PinsLeftByAVisitAsync(patience.Token);
        Assert.Equal(0, found);
    }

    private async Task<int> PinsLeftByAVisitAsync(CancellationToken stop)
    {
        // The test must not have an array of the length of the PIN: the search would find it.
        byte[] command = Joined([0x00, 0x20, 0x00, 0x80, 0x04], "0000"u8);
        Memory<byte> pin = command.AsMemory(5);
        byte[] number = Pinned(14);
        RandomDigits(pin.Span);
        RandomDigits(number.AsSpan(10));
        Encoding.ASCII.GetBytes("050409" + (CardDeskFixture.Today.Year + 8), number);
        // The forms a copy can have: a command, an array, a string of that length.
        byte[] array = Joined([0x04, 0, 0, 0, 0, 0, 0, 0], pin.Span);
        byte[] text = Joined([0x04, 0, 0, 0], Joined(Wide(pin.Span), [0, 0]));
        byte[] characters = Joined([0x04, 0, 0, 0, 0, 0, 0, 0], Wide(pin.Span));
        byte[] numberText = Wide(number);
        ProcessMemory memory = new();

        string file = Path.Combine(Path.GetTempPath(), $"kiosk-memory-{Guid.NewGuid():N}.json");
        WriteCard(file, pin.Span, number.AsSpan(10));
        await pcsc.Desk.InsertAsync(file, stop);
        await using PcscCardReader reader = pcsc.Reader();
        await using IAsyncEnumerator<ReaderEvent> news = reader.WatchAsync(stop).GetAsyncEnumerator(stop);
        await PcscDesk.Next<ReaderEvent.CardInserted>(news);
        using (Secret typed = Copied(pin.Span))
        using (Secret printed = Copied(number))
        {
            await using ICardSession session = await reader.OpenAsync(stop);
            await session.IdentifyAsync(CardDeskFixture.Today, stop);
            (await session.ReadPhotoAsync(printed, null, stop)).Dispose();
            Assert.IsType<PinAnswer.Accepted>((await session.VerifyPinAsync(typed, new byte[32], stop)).Answer);
            // Shows that the search works: it finds the one buffer that is there.
            Assert.Equal((1, 1), (memory.Count(array), memory.Count(number)));
        }

        await pcsc.Desk.PullAsync(stop);
        File.Delete(file);
        Assert.Equal((0, 0), (memory.Count(number), memory.Count(numberText)));
        return memory.Count(command) + memory.Count(array) + memory.Count(text) + memory.Count(characters);
    }

    private static byte[] Pinned(int length) => GC.AllocateArray<byte>(length, pinned: true);

    private static void RandomDigits(Span<byte> digits)
    {
        foreach (ref byte digit in digits) digit = (byte)('0' + RandomNumberGenerator.GetInt32(10));
    }

    private static byte[] Joined(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
    {
        byte[] both = Pinned(head.Length + tail.Length);
        head.CopyTo(both);
        tail.CopyTo(both.AsSpan(head.Length));
        return both;
    }

    private static byte[] Wide(ReadOnlySpan<byte> digits)
    {
        byte[] wide = Pinned(digits.Length * 2);
        for (int i = 0; i < digits.Length; i++) wide[2 * i] = digits[i];
        return wide;
    }

    private static Secret Copied(ReadOnlySpan<byte> digits)
    {
        Secret secret = new(digits.Length);
        digits.CopyTo(secret.Fill(digits.Length));
        return secret;
    }

    private static void WriteCard(string file, ReadOnlySpan<byte> pin, ReadOnlySpan<byte> code)
    {
        byte[] json = Pinned(Encoding.UTF8.GetByteCount(Template));
        Encoding.UTF8.GetBytes(Template, json);
        pin.CopyTo(json.AsSpan(json.AsSpan().IndexOf("PPPP"u8)));
        code.CopyTo(json.AsSpan(json.AsSpan().IndexOf("QQQQ"u8)));
        using (Microsoft.Win32.SafeHandles.SafeFileHandle to = File.OpenHandle(file, FileMode.CreateNew, FileAccess.Write))
            RandomAccess.Write(to, json, 0);
        CryptographicOperations.ZeroMemory(json);
    }
}
