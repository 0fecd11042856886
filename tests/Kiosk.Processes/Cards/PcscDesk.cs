using System.Diagnostics;
using Kiosk.Core.Cards;
using Kiosk.Devices.CardReader;
using Kiosk.Devices.CardReader.Bench;
using Kiosk.Devices.CardReader.Pcsc;
using Kiosk.Simulators.CardReader;
using Kiosk.Tests.Cards;

namespace Kiosk.Processes.Cards;

[CollectionDefinition(Collection)]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "It is one, of tests.")]
public sealed class PcscDeskCollection : ICollectionFixture<PcscDesk>
{
    public const string Collection = "pcscd";
}

/// <summary>
/// One private pcscd for all tests that need a real one, because libpcsclite reads the name of its socket once in a process.
/// </summary>
public sealed class PcscDesk : IAsyncLifetime
{
    public const string Collection = PcscDeskCollection.Collection;

    public VirtualCardDesk Desk { get; private set; } = null!;

    public string? Missing { get; } = PrivatePcscd.WhyNot();

    internal static PrivatePcscdOptions Options => new(
        PrivatePcscdOptions.CommandOf(Path.Combine(AppContext.BaseDirectory, "kiosk-lab.dll")),
            CardDeskFixture.Today, PhotoJpeg2000: CardDeskFixture.Photo);

    public async Task InitializeAsync()
    {
        if (Missing is null) Desk = await VirtualCardDesk.StartAsync(Options, TimeProvider.System, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        if (Desk is not null) await Desk.DisposeAsync();
    }

    public PcscCardReader Reader(bool extended = false) =>
        new(new PcscCardReaderOptions(new ReaderPattern(VirtualCardDesk.ReaderPattern), Desk.Trust, extended),
            new NativePcsc(), TimeProvider.System);

    /// <summary>
    /// Returns when pcscd reports an empty reader. It polls every 400 ms: a card that the test before took away is reported for a while.
    /// </summary>
    /// <exception cref="InvalidOperationException">Not empty within a minute.</exception>
    public static void WaitUntilEmpty()
    {
        NativePcsc pcsc = new();
        long since = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(since) < TimeSpan.FromMinutes(1))
        {
            if (pcsc.EstablishContext(out nint context) != PcscCode.Success) continue;
            try
            {
                if (ApduProbe.ReaderName(new ReaderPattern(VirtualCardDesk.ReaderPattern), pcsc) is not string name) continue;
                ReaderWatch[] reader = [new(name, ReaderStates.None, ReaderStates.None)];
                pcsc.GetStatusChange(context, TimeSpan.FromSeconds(1), reader);
                if (reader[0].Seen.HasFlag(ReaderStates.Empty)) return;
                // Waits for the next change instead of asking again at once.
                reader[0] = reader[0].Next;
                pcsc.GetStatusChange(context, TimeSpan.FromSeconds(1), reader);
            }
            finally
            {
                pcsc.ReleaseContext(context);
            }
        }

        throw new InvalidOperationException("The reader did not become empty");
    }

    /// <summary>The next event of this kind; events of other kinds are skipped.</summary>
    public static async Task<T> Next<T>(IAsyncEnumerator<ReaderEvent> news)
        where T : ReaderEvent
    {
        while (await news.MoveNextAsync())
        {
            if (news.Current is T wanted) return wanted;
        }

        throw new InvalidOperationException("The monitor ended");
    }
}
