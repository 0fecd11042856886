namespace Kiosk.Devices.Reception;

/// <summary>Where the reception is, and how both sides prove their identity.</summary>
/// <param name="Address">https://HOST:PORT; HOST must be in the server's certificate.</param>
/// <param name="CaFile">PEM with the facility's CA, one or more certificates (two while a CA is being replaced).</param>
/// <param name="CertificateFile">The kiosk's certificate: PEM, or PFX (.pfx, .p12; without password) with the key inside.</param>
/// <param name="KeyFile">PEM private key, readable by its owner only; null with a PFX.</param>
/// <param name="Pins">SHA-256 of the server's SubjectPublicKeyInfo in base64: the present key and the next. Empty: only the CA
/// decides.</param>
/// <param name="Deadline">Time limit of each call; null: 3 s, because a patient waits. Tests on a busy machine need more.</param>
/// <param name="Version">Version of the kiosk program, reported to the reception; at most 32 characters.</param>
public sealed record ReceptionLinkOptions(
    Uri Address,
    string CaFile,
    string CertificateFile,
    string? KeyFile = null,
    IReadOnlyList<string>? Pins = null,
    string Version = "",
    TimeSpan? Deadline = null);
