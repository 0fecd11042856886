using Grpc.Net.Client;
using Kiosk.Contract;
using Kiosk.Core;

namespace Kiosk.Devices.Reception;

/// <summary>One generation of the link: certificate, pins and the channel opened with them. A renewal begins the next one.</summary>
internal sealed class LinkConnection : IDisposable
{
    private readonly CancellationTokenSource _retired = new();
    private readonly GrpcChannel _channel;

    /// <exception cref="FailureException">CertificateFileBroken.</exception>
    public LinkConnection(ReceptionLinkOptions options, TimeProvider time)
    {
        Certificates = LinkCertificates.Load(options);
        Pins = PinFile.Read(options) ?? options.Pins ?? [];
        Trust = new(Certificates, Pins, time);
        _channel = LinkChannel.Open(options.Address, Certificates, Trust);
        Client = new(_channel);
        Retired = _retired.Token;
    }

    public LinkCertificates Certificates { get; }

    public IReadOnlyList<string> Pins { get; }

    public ServerTrust Trust { get; }

    public ReceptionLink.ReceptionLinkClient Client { get; }

    /// <summary>A newer generation is in use; the stream moves there.</summary>
    public CancellationToken Retired { get; }

    /// <summary>Calls under way end as they began; after <paramref name="patience"/> nothing of it is left.</summary>
    public async Task RetireAsync(TimeSpan patience)
    {
        await _retired.CancelAsync();
        // The machine's own clock, as the calls' deadlines.
        await Task.Delay(patience, TimeProvider.System);
        Dispose();
    }

    public void Dispose()
    {
        _channel.Dispose();
        Certificates.Dispose();
        _retired.Dispose();
    }
}

/// <summary>Pins learnt over the link, beside the kiosk's certificate; they stand over the configuration's, which are those of the pairing.</summary>
internal static class PinFile
{
    /// <returns>Null: nothing was learnt yet.</returns>
    public static IReadOnlyList<string>? Read(ReceptionLinkOptions options)
    {
        string file = Of(options.CertificateFile);
        try
        {
            return File.Exists(file) && File.ReadAllLines(file) is { Length: > 0 } pins ? pins : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(Failure.CertificateFileBroken, $"{file}: {e.Message}", e);
        }
    }

    public static string Of(string certificateFile) => Path.ChangeExtension(certificateFile, ".pins");
}
