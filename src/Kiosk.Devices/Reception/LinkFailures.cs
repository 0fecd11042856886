using Grpc.Core;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.Reception;

/// <summary>The only place where the library's errors become failures of the catalogue.</summary>
internal static class LinkFailures
{
    // Details are fixed sentences of the reception or of the socket. The limit protects against a peer that sends something else.
    private const int LongestDetail = 200;

    /// <param name="verdict">The reason, if any, why <see cref="ServerTrust"/> does not trust the newest connection.</param>
    public static FailureException ToFailure(RpcException e, FailureException? verdict) => e.StatusCode switch
    {
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.AlreadyExists or StatusCode.NotFound
            or StatusCode.PermissionDenied or StatusCode.Unauthenticated
            or StatusCode.ResourceExhausted or StatusCode.Unimplemented or StatusCode.DataLoss or StatusCode.Unknown
            => new(Failure.ReceptionRefused, Cut(e.Status.Detail), e),
        StatusCode.OutOfRange => new(Failure.ClockWrong, Cut(e.Status.Detail), e),
        // After the server's certificate was refused the library reports Internal; after the kiosk's was refused, Unavailable.
        StatusCode.Unavailable or StatusCode.Internal when verdict is not null => verdict,
        // The reception answered: neither its power nor the LAN is at fault. The same call may be repeated.
        StatusCode.Aborted => new(Failure.ReceptionNotStoring, Cut(e.Status.Detail), e),
        StatusCode.Unavailable or StatusCode.Internal or StatusCode.DeadlineExceeded or StatusCode.Cancelled
            or StatusCode.OK
            => new(Failure.ReceptionUnreachable, Cut(e.Status.Detail), e),
        _ => new(Failure.ReceptionUnreachable, Cut(e.Status.Detail), e),
    };

    private static string Cut(string detail) => detail.Length <= LongestDetail ? detail : detail[..LongestDetail];
}
