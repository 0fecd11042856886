using System.Diagnostics;
using System.Globalization;
using Kiosk.Core.Failures;
using Kiosk.Devices.CardReader.Pcsc;
using Kiosk.Simulators.CardReader;

namespace Kiosk.Lab.Benches;

/// <summary>
/// Records how a tester's reader behaves, as a file that <see cref="CompatBench"/> plays. It sends SELECT of the JPKI-AP and READ BINARY of
/// the CA's certificate (EF 000B), which is the same on many cards: nothing of the holder, and no PIN try.
/// </summary>
internal sealed class TraitRecorder(IPcsc pcsc, bool isWindows, TimeProvider time)
{
    private const int Commands = 20;

    private static readonly byte[] _select = [0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];
    private static readonly byte[] _selectCertificate = [0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x0B];
    private static readonly byte[] _read256 = [0x00, 0xB0, 0x00, 0x00, 0x00];

    /// <summary>Le 384: with its status word below the smallest limit of a reader that carries extended length, 512 bytes.</summary>
    private static readonly byte[] _readExtended = [0x00, 0xB0, 0x00, 0x00, 0x00, 0x01, 0x80];

    /// <param name="pattern">The reader that is looked at.</param>
    /// <param name="ask">Asks the person to lay a card down.</param>
    /// <param name="patience">How long the person may take.</param>
    /// <exception cref="FailureException">No service, no reader, or no card within the patience.</exception>
    public KnownReader Record(ReaderPattern pattern, Action ask, TimeSpan patience, CancellationToken stop)
    {
        Check(pcsc.EstablishContext(out nint context), "SCardEstablishContext");
        try
        {
            string[] names = [.. pattern.Slots(List(context))];
            if (names.Length == 0) throw new FailureException(Failure.ReaderMissing, pattern.Pattern);
            ReaderWatch[] empty = Look(context, names);
            ask();
            long since = time.GetTimestamp();
            string? with = null;
            while (with is null)
            {
                stop.ThrowIfCancellationRequested();
                if (time.GetElapsedTime(since) > patience) throw new FailureException(Failure.CardMoved, "no card was laid down");
                ReaderWatch[] now = Look(context, names);
                for (int i = 0; i < names.Length; i++)
                    if (now[i].IsPresent && !now[i].Seen.HasFlag(ReaderStates.Mute)) with = names[i];
                if (with is null) stop.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(100));
            }

            (bool isT1, double connectMs, double commandMs, int most, bool extended, uint tooLong) = Measure(context, with);
            return new KnownReader(
                ReaderNames.Device(with),
                [$"recorded by `compat record` on {(isWindows ? "Windows" : "Linux")}, {time.GetUtcNow():yyyy-MM-dd}"],
                [.. names.Select((name, i) => new KnownSlot(name, name, name == with ? "card" : "nothing",
                    name == with && !isT1 ? "T=0" : "T=1", name == with ? most : 258, name == with && extended,
                    empty[i].IsPresent && empty[i].Seen.HasFlag(ReaderStates.Mute),
                    name == with ? connectMs : 0, name == with ? commandMs : 0))],
                tooLong.ToString("X8", CultureInfo.InvariantCulture),
                Assumed: [$"the names on {(isWindows ? "Linux" : "Windows")}: those of this system were written", "insertion"]);
        }
        finally
        {
            pcsc.ReleaseContext(context);
        }
    }

    private (bool IsT1, double ConnectMs, double CommandMs, int Most, bool Extended, uint TooLong) Measure(nint context, string name)
    {
        long since = Stopwatch.GetTimestamp();
        Check(pcsc.Connect(context, name, out nint card, out bool isT1), "SCardConnect");
        double connectMs = Math.Round(Stopwatch.GetElapsedTime(since).TotalMilliseconds, 1);
        try
        {
            byte[] answer = new byte[1024];
            Check(pcsc.Transmit(card, isT1, _select, answer, out int length), "SCardTransmit");
            if (length < 2 || answer[length - 2] != 0x90)
                throw new FailureException(Failure.CardUnknown, "SELECT JPKI-AP: lay a My Number Card down");
            since = Stopwatch.GetTimestamp();
            for (int i = 0; i < Commands; i++) Check(pcsc.Transmit(card, isT1, _select, answer, out _), "SCardTransmit");
            double commandMs = Math.Round(Stopwatch.GetElapsedTime(since).TotalMilliseconds / Commands, 2);
            Check(pcsc.Transmit(card, isT1, _selectCertificate, answer, out _), "SCardTransmit");
            uint tooLong = PcscCode.NotTransacted;
            uint code = pcsc.Transmit(card, isT1, _read256, answer, out length);
            int most = code == PcscCode.Success ? length : 233;
            if (code != PcscCode.Success) tooLong = code;
            // On T=0 a reader was blocked for seconds by a command of extended length.
            bool extended = false;
            if (isT1 && code == PcscCode.Success)
            {
                code = pcsc.Transmit(card, isT1, _readExtended, answer, out length);
                extended = code == PcscCode.Success && length > 258;
                if (extended) most = length;
                else if (code != PcscCode.Success) tooLong = code;
            }

            return (isT1, connectMs, commandMs, most, extended, tooLong);
        }
        finally
        {
            pcsc.Disconnect(card);
        }
    }

    private string[] List(nint context)
    {
        byte[] names = new byte[1 << 16];
        uint code = pcsc.ListReaders(context, names, out int length);
        if (code == PcscCode.NoReadersAvailable) return [];
        Check(code, "SCardListReaders");
        return System.Text.Encoding.UTF8.GetString(names, 0, length).Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    private ReaderWatch[] Look(nint context, string[] names)
    {
        ReaderWatch[] states = [.. names.Select(name => new ReaderWatch(name, ReaderStates.None, ReaderStates.None))];
        Check(pcsc.GetStatusChange(context, TimeSpan.Zero, states), "SCardGetStatusChange");
        return states;
    }

    private static void Check(uint code, string call)
    {
        if (code != PcscCode.Success) throw PcscFailure.FromCode(code, call);
    }
}
