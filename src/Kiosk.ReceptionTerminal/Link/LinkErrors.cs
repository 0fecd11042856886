using Grpc.Core;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>The gRPC errors of the link. Their details are fixed sentences that name a field, never its content.</summary>
internal static class LinkErrors
{
    public static RpcException Invalid(string field) => new(new Status(StatusCode.InvalidArgument, field));

    public static RpcException NotAccepted(string why) => new(new Status(StatusCode.FailedPrecondition, why));

    public static RpcException OtherContent() => new(new Status(StatusCode.AlreadyExists, "this key came before with other content"));

    public static RpcException Clock() =>
        new(new Status(StatusCode.OutOfRange, "captured_at is more than 15 minutes away from the reception's clock"));

    /// <param name="why">As KioskTrust names it.</param>
    public static RpcException NotTrusted(string why) =>
        new(new Status(StatusCode.Unauthenticated, $"this kiosk's certificate is not accepted any more ({why}); staff see it on the page"));

    /// <summary>Old kiosks repeat a call that was refused as UNAVAILABLE; by then their stream is up.</summary>
    public static RpcException NotOnThisConnection() => new(new Status(StatusCode.Unavailable,
        "nothing was stored: a check-in must come on the connection that holds Connect; open Connect and repeat"));

    public static RpcException TooManyAttempts(string why) => new(new Status(StatusCode.ResourceExhausted, why));

    /// <summary>
    /// ABORTED, not UNAVAILABLE: the kiosk tells staff the cause, where UNAVAILABLE would send them to the cable. The same call may be
    /// repeated.
    /// </summary>
    /// <param name="cause">Null: not known.</param>
    public static RpcException NotStored(StoreCause? cause) =>
        new(new Status(StatusCode.Aborted, $"{cause?.Detail ?? "the reception could not store it"}; repeat"));
}
