using Grpc.Core;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Link;
using Kiosk.Tests.Contracts;

namespace Kiosk.Processes.Reception;

public sealed class CheckInRulesTests
{
    [Theory]
    [InlineData(0, 24, "")]
    [InlineData(-59, 23, "")]
    [InlineData(1, 24, "given_at")]
    [InlineData(-61, 24, "given_at")]
    [InlineData(60 * 24 * 10, 24, "given_at")]
    [InlineData(0, 25, "valid_until")]
    [InlineData(0, 0, "valid_until")]
    public void A_consent_is_given_within_the_visit_and_valid_for_24_hours_at_most(int givenMinutesAfter, int hours, string wrong)
    {
        CheckInRequest request = ((CheckInRequest)ContractSamples.All["CheckInRequest-pin"]).Clone();
        request.Consents.GivenAtUnixMs = ContractSamples.At + (givenMinutesAfter * 60_000L);
        request.Consents.ValidUntilUnixMs = request.Consents.GivenAtUnixMs + (hours * 3_600_000L);
        DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(ContractSamples.At);
        if (wrong.Length == 0)
        {
            CheckInRules.Check(request, now);
            return;
        }

        RpcException refused = Assert.Throws<RpcException>(() => CheckInRules.Check(request, now));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Contains(wrong, refused.Status.Detail, StringComparison.Ordinal);
    }
}
