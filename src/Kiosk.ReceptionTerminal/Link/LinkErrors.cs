using Grpc.Core;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>The gRPC errors of the link. Their details are fixed sentences that name a field, never its content.</summary>
internal static class LinkErrors
{
    public static RpcException Invalid(string field) => new(new Status(StatusCode.InvalidArgument, field));

    public static RpcException NotAccepted(string why) => new(new Status(StatusCode.FailedPrecondition, why));

    public static RpcException OtherContent() => new(new Status(StatusCode.AlreadyExists, "this key came before with other content"));

    public static RpcException Clock() =>
        new(new Status(StatusCode.OutOfRange, "captured_at is more than 15 minutes away from the reception's clock"));

    public static RpcException TooManyAttempts(string why) => new(new Status(StatusCode.ResourceExhausted, why));

    public static RpcException NotStored() => new(new Status(StatusCode.Unavailable, "the reception could not store it; repeat"));
}
