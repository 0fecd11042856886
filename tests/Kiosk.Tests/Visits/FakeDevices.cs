using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Kiosk.App.Watchers;
using Kiosk.Core.Cards;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Core.Values;

namespace Kiosk.Tests.Visits;

/// <summary>Reader, card, face check and reception with answers set by a test, which also counts the calls.</summary>
internal sealed class FakeDevices : ICardReader, ICardSession, IPrintedNumberReader, IFaceCheck, IReceptionLink, ICameraPresence
{
    public Channel<ReaderEvent> Reader { get; } = Channel.CreateUnbounded<ReaderEvent>();

    public Channel<ReceptionEvent> Reception { get; } = Channel.CreateUnbounded<ReceptionEvent>();

    public Channel<FaceReport> Faces { get; } = Channel.CreateUnbounded<FaceReport>();

    public CardFacts Facts { get; set; } = VisitSamples.Card with { Photo = PhotoStatus.Reading };

    public Queue<PinAnswer> PinAnswers { get; } = new([new PinAnswer.Accepted()]);

    /// <summary>The operation ends when the test completes this.</summary>
    public TaskCompletionSource? HoldIdentify { get; set; }

    public TaskCompletionSource? HoldVerify { get; set; }

    public Failure? SubmitFails { get; set; }

    public Failure? CameraWhy { get; set; }

    public int Verifies { get; private set; }

    public int PoweredOff { get; private set; }

    public int FacesOpen { get; private set; }

    /// <summary>How often the camera was opened, and how often frames were looked at.</summary>
    public int FacesOpened { get; private set; }

    public int FacesBegun { get; private set; }

    public Failure? CameraFails { get; set; }

    public List<Secret> Pins { get; } = [];

    public List<CheckIn> CheckIns { get; } = [];

    public List<Failure?> Rings { get; } = [];

    public KioskHealth? Health { get; private set; }

    public FaceEngineFacts Engine { get; } = new("fake", "", 1);

    private static CardEvidence Evidence => new(EvidenceKey.Authentication, [1], [2], [3]);

    IAsyncEnumerable<ReaderEvent> ICardReader.WatchAsync(CancellationToken stop) => Reader.Reader.ReadAllAsync(stop);

    public Task<ICardSession> OpenAsync(CancellationToken stop) => Task.FromResult<ICardSession>(this);

    public byte[]? Certificate { get; set; } = [1];

    public async Task<CardFacts> IdentifyAsync(DateOnly today, CancellationToken stop)
    {
        if (HoldIdentify is { } hold) await hold.Task;
        return Facts;
    }

    /// <summary>DF24 of the card; empty: not known.</summary>
    public byte[] CardKey { get; set; } = [];

    public Task<CardPhoto> ReadPhotoAsync(Secret number, Action<CardPhoto>? unproven, CancellationToken stop) =>
        Task.FromResult(new CardPhoto(new Secret(10), NamePng?.Invoke()) { CardKey = CardKey });

    /// <summary>Makes the card's picture of 氏名; null: it has none.</summary>
    public Func<Secret>? NamePng { get; set; }

    public async Task<(PinAnswer Answer, CardEvidence? Evidence)> VerifyPinAsync(
        Secret pin, ReadOnlyMemory<byte> challenge, CancellationToken stop)
    {
        Verifies++;
        Pins.Add(pin);
        if (HoldVerify is { } hold) await hold.Task;
        PinAnswer answer = PinAnswers.Dequeue();
        return (answer, answer is PinAnswer.Accepted ? Evidence : null);
    }

    public Task<byte[]> RelayAsync(ReadOnlyMemory<byte> block, CancellationToken stop) => Task.FromResult<byte[]>([0x90, 0x00]);

    public Task<CardEvidence> ProvePresenceAsync(ReadOnlyMemory<byte> challenge, CancellationToken stop) => Task.FromResult(Evidence);

    public Task<CardEvidence> SignUnlockedAsync(ReadOnlyMemory<byte> challenge, CancellationToken stop) => Task.FromResult(Evidence);

    ValueTask IAsyncDisposable.DisposeAsync()
    {
        PoweredOff++;
        return ValueTask.CompletedTask;
    }

    public Task<Secret?> ReadAsync(CancellationToken stop)
    {
        Secret number = new(14);
        number.Fill(14).Fill((byte)'0');
        return Task.FromResult<Secret?>(number);
    }

    public TrayContent? LastSeen => null;

    async IAsyncEnumerable<FaceReport> IFaceCheck.WatchAsync(
        PhotoArrival photo, bool cannotTurn, Task begin, [EnumeratorCancellation] CancellationToken stop)
    {
        FacesOpen++;
        FacesOpened++;
        try
        {
            if (CameraFails is Failure why) throw new FailureException(why);
            await begin.WaitAsync(stop);
            FacesBegun++;
            await foreach (FaceReport report in Faces.Reader.ReadAllAsync(stop))
            {
                // As in the product: no face is compared before the photo is there.
                if (report is not FaceReport.Guided) await photo.Proven.WaitAsync(stop);
                yield return report;
            }
        }
        finally
        {
            FacesOpen--;
        }
    }

    public Task<byte[]> OpenVisitAsync(Guid visit, CancellationToken stop) => Task.FromResult(new byte[32]);

    public Task<Receipt> SubmitAsync(CheckIn checkIn, CancellationToken stop)
    {
        CheckIns.Add(checkIn);
        return SubmitFails is Failure why
            ? Task.FromException<Receipt>(new FailureException(why))
            : Task.FromResult(new Receipt(checkIn.Key, 12, false));
    }

    public Task<Receipt?> FindAsync(Guid key, CancellationToken stop) => Task.FromResult<Receipt?>(null);

    /// <summary>What the centre says before the check-in.</summary>
    public TaskCompletionSource<PreAnswer> Centre { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<PreQuestion> Questions { get; } = [];

    public Task<PreAnswer> AskInsuranceAsync(PreQuestion question, CancellationToken stop)
    {
        Questions.Add(question);
        return Centre.Task.WaitAsync(stop);
    }

    public Task<PreAnswer> RegisterCardAsync(Guid visit, CancellationToken stop) =>
        Task.FromResult(new PreAnswer(InsuranceState.Valid, []));

    public Task<string?> CheckStaffCodeAsync(Guid visit, Secret code, CancellationToken stop) =>
        Task.FromResult(code.Bytes.SequenceEqual("246810"u8) ? "nurse-1" : null);

    /// <summary>What the card signs for an institution behind the reception; null: there is no institution.</summary>
    public SignedWithoutPin? Institution { get; set; }

    public int SignaturesAsked { get; private set; }

    public Task<SignedWithoutPin?> SignWithoutPinAsync(
        Guid visit, Func<ReadOnlyMemory<byte>, CancellationToken, Task<byte[]>> card, CancellationToken stop)
    {
        SignaturesAsked++;
        return Task.FromResult(Institution);
    }

    /// <summary>Pictures of 氏名 that the reception got.</summary>
    public System.Threading.Channels.Channel<byte[]> Names { get; } = System.Threading.Channels.Channel.CreateUnbounded<byte[]>();

    public Task ShowNameAsync(Guid visit, Secret namePng, CancellationToken stop)
    {
        Names.Writer.TryWrite(namePng.Bytes.ToArray());
        return Task.CompletedTask;
    }

    public Task<bool> RenewAsync(CancellationToken stop) => Task.FromResult(false);

    public Task CallStaffAsync(Failure? why, CancellationToken stop)
    {
        Rings.Add(why);
        return Task.CompletedTask;
    }

    public Task ReportHealthAsync(KioskHealth health, CancellationToken stop)
    {
        Health = health;
        return Task.CompletedTask;
    }

    IAsyncEnumerable<ReceptionEvent> IReceptionLink.WatchAsync(CancellationToken stop) => Reception.Reader.ReadAllAsync(stop);

    public (Failure? Why, string Detail) Look() => (CameraWhy, "");
}
