using Kiosk.Contract;

namespace Kiosk.ReceptionTerminal.Store;

/// <summary>A check-in to be stored; nothing here names a person.</summary>
internal sealed record NewArrival(string Kiosk, byte[] Key, byte[] Digest, byte[] Certificate, bool ChainChecked, byte[] Message);

/// <param name="Known">The key was stored before.</param>
/// <param name="SameContent">False when it was stored with another digest.</param>
/// <param name="Joined">An earlier reading of the same card is this arrival.</param>
internal sealed record Stored(long Number, bool Known, bool SameContent, bool Joined);

/// <summary>One stored reading.</summary>
/// <param name="No">Running number over all days; unique.</param>
/// <param name="Number">Of the day, as the patient is told; readings of the same card share it.</param>
/// <param name="JoinedTo"><paramref name="No"/> of the first reading of the same card; null for a first one.</param>
/// <param name="Message">The CheckInRequest as the kiosk sent it.</param>
internal sealed record ArrivalRow(long No, long Number, long? JoinedTo, string Kiosk, DateTimeOffset At, bool ChainChecked, byte[] Message)
{
    private CheckInRequest? _checkIn;

    /// <summary><see cref="Message"/> parsed, at first use.</summary>
    public CheckInRequest CheckIn => _checkIn ??= CheckInRequest.Parser.ParseFrom(Message);

    public Guid Visit => new(CheckIn.Evidence.VisitId.Span, bigEndian: true);
}

/// <summary>One line of the access log.</summary>
internal sealed record AccessRow(DateTimeOffset At, string Staff, string Action, string About, string Reason);
