using System.Security.Cryptography;
using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

public sealed class EvidenceTests
{
    [Fact]
    public async Task A_signature_over_something_else_is_refused()
    {
        await RefusedAsync("signature", async (f, link, card) =>
        {
            Guid visit = Guid.NewGuid();
            await link.OpenVisitAsync(visit, default);
            return f.CheckIn(card, new byte[32], visit);
        });
    }

    [Fact]
    public async Task A_challenge_of_another_visit_is_refused() =>
        await RefusedAsync("signature",
            async (f, link, card) => f.CheckIn(card, await link.OpenVisitAsync(Guid.NewGuid(), default), Guid.NewGuid()));

    [Fact]
    public async Task A_challenge_of_another_kiosk_is_refused()
    {
        await RefusedAsync("signature", async (f, link, card) =>
        {
            Guid visit = Guid.NewGuid();
            return f.CheckIn(card, await f.Link("k2").OpenVisitAsync(visit, default), visit);
        });
    }

    [Fact]
    public async Task An_expired_challenge_is_refused_as_expired()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await Facility.OpenAsync(clock);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        Guid visit = Guid.NewGuid();
        byte[] challenge = await link.OpenVisitAsync(visit, default);
        clock.Advance(TimeSpan.FromMinutes(11));

        FailureException e = await Assert.ThrowsAsync<FailureException>(
            () => link.SubmitAsync(facility.CheckIn(card, challenge, visit), default));

        Assert.Equal(Failure.ReceptionRefused, e.Failure);
        Assert.Contains("expired", e.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeat_gets_its_receipt_although_the_challenge_has_expired_since()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using Facility facility = await Facility.OpenAsync(clock);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        await link.SubmitAsync(checkIn, default);
        clock.Advance(TimeSpan.FromHours(1));

        Assert.True((await link.SubmitAsync(checkIn, default)).Duplicate);
    }

    [Fact]
    public async Task A_challenge_is_still_accepted_after_a_restart_of_the_reception()
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        int port = facility.Host.LinkPort;
        await facility.Host.DisposeAsync();
        await facility.StartAsync(port);

        Assert.Equal(1, (await link.SubmitAsync(checkIn, default)).Number);
    }

    [Fact]
    public async Task With_the_PIN_the_key_must_be_the_one_in_the_certificate() =>
        await RefusedAsync("public_key", async (f, link, card) =>
        {
            using TestCard other = new();
            CheckIn mine = await f.VisitAsync(link, card);
            byte[] challenge = await link.OpenVisitAsync(mine.Visit, default);
            CardEvidence e = other.Sign(challenge, EvidenceKey.Authentication);
            return mine with { Evidence = new(e.Key, card.Certificate, e.PublicKey, e.Signature) };
        });

    [Fact]
    public async Task The_card_face_key_is_not_accepted_for_a_PIN_visit() =>
        await RefusedAsync("evidence.key",
            async (f, link, card) => (await f.VisitAsync(link, card, Method.Face)) with { Method = Method.Pin, Face = null });

    [Fact]
    public async Task A_staff_id_that_was_not_granted_is_refused() =>
        await RefusedAsync("granted", async (f, link, card) =>
        {
            Guid visit = Guid.NewGuid();
            return f.CheckIn(card, await link.OpenVisitAsync(visit, default), visit, Method.Visual, "tanaka");
        });

    [Fact]
    public async Task A_card_that_is_not_from_the_configured_jpki_ca_is_refused_and_one_that_is_passes()
    {
        using TestCard card = new();
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, TestCard.Ca.ExportCertificatePem());
        await using (Facility facility = await Facility.OpenAsync(change: o => o with { JpkiCaFiles = [file] }))
        {
            GrpcReceptionLink link = facility.Link();
            Assert.Equal(1, (await link.SubmitAsync(await facility.VisitAsync(link, card), default)).Number);
        }

        using (var ca = ReceptionTerminal.Pki.FacilityPki.MakeCa(TimeProvider.System))
            await File.WriteAllTextAsync(file, ca.ExportCertificatePem());
        await using (Facility facility = await Facility.OpenAsync(change: o => o with { JpkiCaFiles = [file] }))
        {
            GrpcReceptionLink link = facility.Link();
            CheckIn checkIn = await facility.VisitAsync(link, card);
            FailureException e = await Assert.ThrowsAsync<FailureException>(() => link.SubmitAsync(checkIn, default));
            Assert.Contains("JPKI", e.Detail, StringComparison.Ordinal);
        }

        File.Delete(file);
    }

    [Theory]
    [InlineData(20, CertificateStatus.Expiring)]
    [InlineData(-20, CertificateStatus.Grace)]
    public async Task A_certificate_near_its_end_is_accepted_with_its_status(int daysLeft, CertificateStatus status)
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new(daysLeft);
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);

        Assert.Equal(status, checkIn.Card.Certificate);
        Assert.Equal(1, (await link.SubmitAsync(checkIn, default)).Number);
    }

    [Fact]
    public async Task A_consent_in_the_grace_period_is_refused()
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new(-20);
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        FailureException e = await Assert.ThrowsAsync<FailureException>(() =>
            link.SubmitAsync(checkIn with { Answers = Answers.All(checkIn.Answers.Asked, true) }, default));
        Assert.Contains("grace", e.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_that_are_too_long_or_contradict_the_certificate_are_refused_by_name()
    {
        await RefusedAsync("evidence.certificate",
            async (f, link, card) => Changed(await f.VisitAsync(link, card), e => new(e.Key, new byte[4097], e.PublicKey, e.Signature)));
        await RefusedAsync("evidence.signature",
            async (f, link, card) => Changed(await f.VisitAsync(link, card), e => new(e.Key, e.Certificate, e.PublicKey, new byte[257])));
        await RefusedAsync("evidence.public_key",
            async (f, link, card) => Changed(await f.VisitAsync(link, card), e => new(e.Key, e.Certificate, new byte[400], e.Signature)));
        await RefusedAsync("certificate_last_day", async (f, link, card) =>
        {
            CheckIn c = await f.VisitAsync(link, card);
            return c with { Card = c.Card with { ExpiresOn = c.Card.ExpiresOn.AddDays(1) } };
        });
    }

    [Fact]
    public async Task A_P_384_card_is_checked_in_by_PIN_and_by_face()
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new(make: TestCard.P384), other = new(make: TestCard.P384);
        GrpcReceptionLink link = facility.Link();
        Assert.Equal(1, (await link.SubmitAsync(await facility.VisitAsync(link, card), default)).Number);
        Assert.Equal(2, (await link.SubmitAsync(await facility.VisitAsync(link, other, Method.Face), default)).Number);
    }

    [Theory]
    [InlineData("cut", "evidence.signature")]
    [InlineData("RSA length", "evidence.signature")]
    [InlineData("r zero", "signature")]
    [InlineData("zeros", "signature")]
    [InlineData("SHA-256", "signature")]
    [InlineData("point", "evidence.public_key")]
    [InlineData("RSA key", "evidence.public_key")]
    public async Task P_384_evidence_that_does_not_fit_is_refused_by_name(string what, string word)
    {
        using ECDsa ec = TestCard.P384();
        using RSA rsa = RSA.Create(2048);
        await RefusedAsync(word, async (f, link, card) =>
        {
            CheckIn good = await f.VisitAsync(link, card);
            return Changed(good, e =>
            {
                byte[] key = [.. e.PublicKey], signature = [.. e.Signature];
                key[^1] ^= 1;
                return what switch
                {
                    "cut" => new(e.Key, e.Certificate, e.PublicKey, signature[..95]),
                    "RSA length" => new(e.Key, e.Certificate, e.PublicKey, new byte[256]),
                    "r zero" => new(e.Key, e.Certificate, e.PublicKey, [.. new byte[48], .. signature[48..]]),
                    "zeros" => new(e.Key, e.Certificate, e.PublicKey, new byte[96]),
                    "SHA-256" => new(e.Key, e.Certificate, e.PublicKey, ec.SignData(new byte[32], HashAlgorithmName.SHA256)),
                    "point" => new(e.Key, e.Certificate, key, signature),
                    _ => new(e.Key, e.Certificate, rsa.ExportSubjectPublicKeyInfo(), new byte[256]),
                };
            });
        }, TestCard.P384);
    }

    [Fact]
    public async Task A_card_of_an_unknown_algorithm_is_named_by_the_reception()
    {
        await RefusedAsync("P-521", async (f, link, card) =>
        {
            CheckIn made = await f.VisitAsync(link, card);
            return Changed(made, e => new(e.Key, e.Certificate, e.PublicKey, new byte[96]));
        }, () => ECDsa.Create(ECCurve.NamedCurves.nistP521));
    }

    [Fact]
    public async Task A_kiosk_clock_20_minutes_off_is_reported_as_a_clock_fault()
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await facility.VisitAsync(link, card);
        FailureException e = await Assert.ThrowsAsync<FailureException>(() =>
            link.SubmitAsync(checkIn with { CapturedAt = checkIn.CapturedAt.AddMinutes(-20) }, default));
        Assert.Equal(Failure.ClockWrong, e.Failure);
    }

    private static CheckIn Changed(CheckIn c, Func<CardEvidence, CardEvidence> change) => c with { Evidence = change(c.Evidence) };

    private static async Task RefusedAsync(string word, Func<Facility, GrpcReceptionLink, TestCard, Task<CheckIn>> make,
        Func<AsymmetricAlgorithm>? keys = null)
    {
        await using Facility facility = await Facility.OpenAsync();
        using TestCard card = new(make: keys);
        GrpcReceptionLink link = facility.Link();
        CheckIn checkIn = await make(facility, link, card);

        FailureException e = await Assert.ThrowsAsync<FailureException>(() => link.SubmitAsync(checkIn, default));

        Assert.Equal(Failure.ReceptionRefused, e.Failure);
        Assert.Contains(word, e.Detail, StringComparison.Ordinal);
        Assert.Equal(0, HandOverTests.Rows(facility));
    }
}
