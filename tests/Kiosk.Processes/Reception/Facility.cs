using Kiosk.Core.Cards;
using Kiosk.Core.Consents;
using Kiosk.Core.Faces;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Hosting;
using Kiosk.ReceptionTerminal.Institution;
using Kiosk.ReceptionTerminal.Pki;
using Kiosk.ReceptionTerminal.Staff;
using Kiosk.Simulators.Centre;

namespace Kiosk.Processes.Reception;

/// <summary>A facility in a temporary folder: certificates, a running reception, kiosks that call it over real mutual TLS.</summary>
internal sealed class Facility : IAsyncDisposable
{
    /// <summary>Longer than the product's 3 s: the machine is busy with other tests, and calls should end with an answer.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly List<IAsyncDisposable> _links = [];
    private ReceptionParts _parts = new();

    private Facility(string dir, TimeProvider time) =>
        (Dir, Time, Pki) = (dir, time, FacilityPki.Write(dir, ["127.0.0.1", "localhost"], "k1", TimeProvider.System));

    public string Dir { get; }

    public TimeProvider Time { get; }

    public PkiFiles Pki { get; }

    public ReceptionHost Host { get; private set; } = null!;

    public string Database => Path.Combine(Dir, "reception.db");

    /// <param name="centreAnswers">What the simulated centre answers, in turn; null: there is no centre.</param>
    /// <param name="institution">Makes the simulated institution in the facility's folder; null: there is none.</param>
    public static async Task<Facility> OpenAsync(
        TimeProvider? time = null, Func<ReceptionOptions, ReceptionOptions>? change = null, string[]? centreAnswers = null, Func<string,
        IInstitution>? institution = null, IEligibilityCentre? centre = null)
    {
        Facility facility = new(Directory.CreateTempSubdirectory("kiosk-reception-").FullName, time ?? TimeProvider.System);
        facility._parts = new(centre ?? (centreAnswers is null ? null : new SimulatedCentre(centreAnswers)),
            institution?.Invoke(facility.Dir));
        await facility.StartAsync(0, change);
        return facility;
    }

    public async Task StartAsync(int port, Func<ReceptionOptions, ReceptionOptions>? change = null)
    {
        ReceptionOptions options = Options() with { Port = port };
        Host = await ReceptionHost.StartAsync(change?.Invoke(options) ?? options, _parts, CancellationToken.None, Time);
    }

    public ReceptionOptions Options() => new()
    {
        Database = Database,
        CaFile = Pki.Ca,
        CertificateFile = Pki.ServerCertificate,
        KeyFile = Pki.ServerKey,
        Listen = "127.0.0.1",
        Port = 0,
        Desk = new() { Port = 0 },
    };

    /// <summary>Made as <c>reception staff-code</c> makes it.</summary>
    public string StaffCodeFile()
    {
        string file = Path.Combine(Dir, "staff-codes.json");
        StaffCodes.Set(file, "tanaka", "123456"u8);
        return file;
    }

    public ReceptionLinkOptions LinkOptions(string kiosk = "k1", int? port = null)
    {
        PkiFiles files = FacilityPki.Write(Dir, ["unused"], kiosk, TimeProvider.System);
        return new(new($"https://127.0.0.1:{port ?? Host.LinkPort}"), files.Ca, files.KioskCertificate, files.KioskKey, [files.ServerPin],
            "test", _patience);
    }

    /// <param name="watches">As a kiosk does: it holds the stream, without which no check-in is accepted.</param>
    public GrpcReceptionLink Link(string kiosk = "k1", int? port = null, TimeProvider? time = null, bool watches = true)
    {
        GrpcReceptionLink link = GrpcReceptionLink.Open(LinkOptions(kiosk, port), time ?? Time);
        // Disposed before the link.
        if (watches) _links.Add(new LinkEventLog(link));
        _links.Add(link);
        return link;
    }

    public CheckIn CheckIn(TestCard card, byte[] challenge, Guid visit, Method method = Method.Pin, string? staff = null)
    {
        DateTimeOffset now = Time.GetUtcNow();
        CardFacts facts = card.Facts(now);
        return new(
            Guid.NewGuid(), visit, now, method, facts,
            card.Sign(challenge, method == Method.Pin ? EvidenceKey.Authentication : EvidenceKey.CardFace),
            method == Method.Face ? new FaceVerdict(true, true, 3, "mobilefacenet", 210) : null, staff,
            Answers.All(SitePolicy.Default, facts.Certificate != CertificateStatus.Grace));
    }

    /// <summary>A whole visit, from the card to the check-in ready to be sent.</summary>
    public async Task<CheckIn> VisitAsync(IReceptionLink link, TestCard card, Method method = Method.Pin)
    {
        Guid visit = Guid.NewGuid();
        return CheckIn(card, await link.OpenVisitAsync(visit, default), visit, method);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable link in _links) await link.DisposeAsync();
        await Host.DisposeAsync();
        Directory.Delete(Dir, recursive: true);
    }
}
