using Grpc.Net.Client;
using Kiosk.Contract;
using Kiosk.Core.Failures;

namespace Kiosk.Devices.Reception;

/// <summary>One connection of the link: certificate, pins and the channel opened with them. A renewal opens a new one.</summary>
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

    /// <summary>Cancelled when a newer connection is in use; the stream then moves there.</summary>
    public CancellationToken Retired { get; }

    /// <summary>Lets running calls end; closes everything after <paramref name="patience"/>.</summary>
    public async Task RetireAsync(TimeSpan patience)
    {
        await _retired.CancelAsync();
        // The machine's own clock, as for the calls' deadlines.
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

/// <summary>Pins learnt over the link, in a file beside the kiosk's certificate. They take precedence over the pins of the configuration,
/// which are those of the pairing.</summary>
internal static class PinFile
{
    /// <returns>Null if none have been learnt yet.</returns>
    public static IReadOnlyList<string>? Read(ReceptionLinkOptions options)
    {
        string file = PathFor(options.CertificateFile);
        try
        {
            return File.Exists(file) && File.ReadAllLines(file) is { Length: > 0 } pins ? pins : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(Failure.CertificateFileBroken, $"{file}: {e.Message}", e);
        }
    }

    public static string PathFor(string certificateFile) => Path.ChangeExtension(certificateFile, ".pins");
}
