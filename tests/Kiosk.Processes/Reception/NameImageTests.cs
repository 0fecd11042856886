using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Core.Values;
using Kiosk.Devices.PictureDecoder;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Link;
using Microsoft.Extensions.Time.Testing;

namespace Kiosk.Processes.Reception;

/// <summary>
/// 氏名 as the card's issuer drew it: shown only where a character is missing, no longer than needed, and no other picture of the card.
/// </summary>
public sealed class NameImageTests
{
    [Fact]
    public async Task The_page_shows_the_cards_picture_of_a_name_with_a_missing_character_for_12_hours()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        (Facility facility, GrpcReceptionLink link, CheckIn visit) = await ArrivedAsync("unmappable", clock);
        await using Facility _ = facility;
        using Secret name = Name();
        await link.ShowNameAsync(visit.Visit, name, default);

        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.UntilAsync("\"nameImage\":true");
        Assert.Equal(name.Bytes.ToArray(), await desk.Http.GetByteArrayAsync(new Uri("name/1", UriKind.Relative)));

        // The session has ended by then too.
        clock.Advance(TimeSpan.FromHours(13));
        await using DeskBrowser later = await DeskBrowser.SignInAsync(facility.Host);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await later.Http.GetAsync(new Uri("name/1", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task The_picture_of_a_name_that_can_be_shown_completely_is_not_served()
    {
        (Facility facility, GrpcReceptionLink link, CheckIn visit) = await ArrivedAsync("valid", TimeProvider.System);
        await using Facility _ = facility;
        await using DeskBrowser desk = await DeskBrowser.SignInAsync(facility.Host);
        await desk.UntilAsync("有効");
        using Secret name = Name();

        await link.ShowNameAsync(visit.Visit, name, default);

        Assert.Contains("\"nameImage\":false", await desk.LookAsync(), StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await desk.Http.GetAsync(new Uri("name/1", UriKind.Relative))).StatusCode);
    }

    [Theory]
    [InlineData("a photo (JPEG 2000)")]
    [InlineData("a greyscale picture of 8 bits")]
    [InlineData("too many bytes")]
    public async Task Anything_but_a_picture_of_a_name_is_refused(string what)
    {
        await using Facility facility = await Facility.OpenAsync();
        byte[] bytes = Png();
        if (what.StartsWith("a photo", StringComparison.Ordinal))
            bytes = [0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20, .. new byte[4000]];
        else if (what.StartsWith("a grey", StringComparison.Ordinal)) bytes[24] = 8;
        else bytes = [.. bytes, .. new byte[12 * 1024]];
        Assert.False(new NameImages(TimeProvider.System).Put("k1", Guid.NewGuid(), bytes));
        using Secret secret = new(bytes.Length);
        bytes.CopyTo(secret.Fill(bytes.Length));
        if (bytes.Length > 12 * 1024)
        {
            // The kiosk does not send it at all: over this link, whose port is closed, sending would fail.
            await facility.Link(port: 1).ShowNameAsync(Guid.NewGuid(), secret, default);
            return;
        }

        FailureException refused = await Assert.ThrowsAsync<FailureException>(
            () => facility.Link().ShowNameAsync(Guid.NewGuid(), secret, default));

        Assert.Equal(Failure.ReceptionRefused, refused.Failure);
    }

    [Fact]
    public void No_message_of_the_kiosk_has_a_field_that_could_carry_a_photo_or_a_template()
    {
        // Every bytes field that a kiosk sends. Whoever adds one must check its limits and add it here.
        string[] known =
        [
            "CardFace.identity", "CardFace.issuer_certificate", "CardFace.name_digest", "CardFace.photo_digest", "CardFace.signature",
            "CheckInRequest.idempotency_key", "CheckStaffCodeRequest.code", "CheckStaffCodeRequest.visit_id", "Evidence.certificate",
            "Evidence.public_key", "Evidence.signature",
            "Evidence.visit_id", "FindCheckInRequest.idempotency_key", "NameImage.png", "NameImage.visit_id", "OpenVisitRequest.visit_id",
            "RegisterCardRequest.visit_id", "RenewRequest.csr",
            // At most 258 bytes: the answer to what RelayedCommand lets pass, which reads no file.
            "RelayAnswer.answer", "RelayAnswer.visit_id",
        ];
        HashSet<string> toTheReception = [];
        foreach (Google.Protobuf.Reflection.MethodDescriptor call in Contract.ReceptionReflection.Descriptor.Services[0].Methods)
            Add(call.InputType);
        Assert.Equal(known.Order(StringComparer.Ordinal), toTheReception.Order(StringComparer.Ordinal));

        void Add(Google.Protobuf.Reflection.MessageDescriptor message)
        {
            foreach (Google.Protobuf.Reflection.FieldDescriptor field in message.Fields.InDeclarationOrder())
            {
                if (field.FieldType == Google.Protobuf.Reflection.FieldType.Bytes) toTheReception.Add($"{message.Name}.{field.Name}");
                if (field.FieldType == Google.Protobuf.Reflection.FieldType.Message) Add(field.MessageType);
            }
        }
    }

    private static async Task<(Facility Facility, GrpcReceptionLink Link, CheckIn Visit)> ArrivedAsync(string answer, TimeProvider clock)
    {
        Facility facility = await Facility.OpenAsync(clock, o =>
            o with { Oqs = new("1312345678", Path.Combine(Path.GetDirectoryName(o.Database)!, "Face")) }, [answer]);
        using TestCard card = new();
        GrpcReceptionLink link = facility.Link();
        CheckIn visit = await facility.VisitAsync(link, card);
        await link.SubmitAsync(visit, default);
        return (facility, link, visit);
    }

    private static Secret Name()
    {
        byte[] png = Png();
        Secret name = new(png.Length);
        png.CopyTo(name.Fill(png.Length));
        return name;
    }

    // 8 x 2 pixels, as NamePicture writes them.
    private static byte[] Png() => NamePicture.Write([0, 0b1010_1010, 0, 0b0101_0101], 8, 2);
}
