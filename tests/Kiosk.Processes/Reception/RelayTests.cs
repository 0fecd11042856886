using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Kiosk.Simulators.CardReader;
using Kiosk.Simulators.Institution;
using static Kiosk.Tests.Cards.CardDeskFixture;

namespace Kiosk.Processes.Reception;

/// <summary>特定機関認証 over the link: the simulated institution behind the reception, a virtual card before the kiosk.</summary>
public sealed class RelayTests
{
    [Fact]
    public async Task The_authentication_key_signs_without_a_PIN_and_the_reception_accepts_it_for_a_face_visit()
    {
        await using Facility facility = await OpenAsync(withInstitution: true);
        GrpcReceptionLink link = facility.Link();
        VirtualCard card = Card("standard");
        (CardSession session, _) = Open(card);
        await using CardSession _1 = session;
        Guid visit = Guid.NewGuid();
        byte[] challenge = await link.OpenVisitAsync(visit, default);
        CardFacts facts = await session.IdentifyAsync(Today, default);

        SignedWithoutPin? signed = await link.SignWithoutPinAsync(visit, (block, stop) => session.RelayAsync(block, stop), default);
        CardEvidence evidence = CardEvidence.ByAuthenticationKey(session.Certificate!, signed!.Challenge, signed.Signature);

        Assert.Equal((EvidenceKey.Authentication, 0), (evidence.Key, card.VerifyCount));
        using TestCard any = new();
        CheckIn checkIn = facility.CheckIn(any, challenge, visit, Method.Face) with { Card = facts, Evidence = evidence };
        Assert.Equal(1, (await link.SubmitAsync(checkIn, default)).Number);
    }

    [Fact]
    public async Task There_is_no_signature_when_the_card_refuses_or_the_reception_has_no_institution()
    {
        await using Facility facility = await OpenAsync(withInstitution: true);
        await using Facility without = await OpenAsync(withInstitution: false);
        (CardSession session, _) = Open(Card("standard"));
        await using CardSession _1 = session;
        await session.IdentifyAsync(Today, default);
        Assert.Null(await without.Link().SignWithoutPinAsync(Guid.NewGuid(), (block, stop) => session.RelayAsync(block, stop), default));
        Assert.Null(await facility.Link().SignWithoutPinAsync(Guid.NewGuid(), (_, _) => Task.FromResult<byte[]>([0x6A, 0x82]), default));
    }

    [Fact]
    public async Task A_card_removed_in_the_middle_ends_the_exchange_with_its_own_failure_and_the_link_stays_up()
    {
        await using Facility facility = await OpenAsync(withInstitution: true);
        GrpcReceptionLink link = facility.Link();
        FailureException gone = await Assert.ThrowsAsync<FailureException>(() =>
            link.SignWithoutPinAsync(Guid.NewGuid(), (_, _) =>
                Task.FromException<byte[]>(new FailureException(Failure.CardMoved)), default));
        Assert.Equal(Failure.CardMoved, gone.Failure);
        Assert.Equal(32, (await link.OpenVisitAsync(Guid.NewGuid(), default)).Length);
    }

    /// <summary>Every kiosk hears whether there is an institution, whatever staff set on the page before.</summary>
    [Fact]
    public async Task The_kiosk_is_told_that_there_is_an_institution()
    {
        await using Facility facility = await OpenAsync(withInstitution: true);
        await foreach (ReceptionEvent news in facility.Link(watches: false).WatchAsync(default))
        {
            if (news is not ReceptionEvent.PolicySet set) continue;
            Assert.True(set.Policy.SignsWithoutPin);
            return;
        }
    }

    private static Task<Facility> OpenAsync(bool withInstitution) => Facility.OpenAsync(institution: withInstitution ? Institution : null);

    private static SimulatedInstitution Institution(string dir)
    {
        string folder = Path.Combine(dir, "institution");
        InstitutionKeys.WriteTo(folder, Hierarchy);
        return SimulatedInstitution.Load(folder);
    }
}
