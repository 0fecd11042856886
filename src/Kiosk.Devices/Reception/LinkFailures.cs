using Grpc.Core;
using Kiosk.Core;

namespace Kiosk.Devices.Reception;

/// <summary>The one place where the library's errors become failures of the catalogue.</summary>
internal static class LinkFailures
{
    // Details come from the reception's own fixed sentences or from the socket; the cap is against a strange peer.
    private const int LongestDetail = 200;

    /// <param name="verdict">What <see cref="ServerTrust"/> holds against the newest connection, if anything.</param>
    public static FailureException Of(RpcException e, FailureException? verdict) => e.StatusCode switch
    {
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.AlreadyExists or StatusCode.NotFound
            or StatusCode.PermissionDenied or StatusCode.Unauthenticated
            or StatusCode.ResourceExhausted or StatusCode.Unimplemented or StatusCode.DataLoss or StatusCode.Unknown
            => new(Failure.ReceptionRefused, Cut(e.Status.Detail), e),
        StatusCode.OutOfRange => new(Failure.ClockWrong, Cut(e.Status.Detail), e),
        // Once the server's certificate is refused the library says Internal, when the kiosk's is: Unavailable.
        StatusCode.Unavailable or StatusCode.Internal when verdict is not null => verdict,
        StatusCode.Unavailable or StatusCode.Internal or StatusCode.DeadlineExceeded or StatusCode.Cancelled
            or StatusCode.Aborted or StatusCode.OK
            => new(Failure.ReceptionUnreachable, Cut(e.Status.Detail), e),
        _ => new(Failure.ReceptionUnreachable, Cut(e.Status.Detail), e),
    };

    private static string Cut(string detail) => detail.Length <= LongestDetail ? detail : detail[..LongestDetail];
}
