namespace Kiosk.ReceptionTerminal.Centre;

/// <summary>No centre is connected: arrivals are shown without eligibility.</summary>
internal sealed class NoCentre : IEligibilityCentre
{
    public string Label => "";

    public Task<Eligibility> AskAsync(byte[] certificate, CancellationToken stop) => throw NotConnected();

    public Task RegisterCardAsync(byte[] certificate, CancellationToken stop) => throw NotConnected();

    public Task<Eligibility> AskAsync(InsuranceQuery asked, CancellationToken stop) => throw NotConnected();

    public Task<MedicalRecords> ViewAsync(byte[] certificate, string kind, CancellationToken stop) => throw NotConnected();

    public Task<IReadOnlyList<FoundPerson>> SearchAsync(string name, DateOnly? birthdate, string sex, string address,
        CancellationToken stop) => throw NotConnected();

    public Task<MedicalRecords> ViewFoundAsync(string handle, string kind, CancellationToken stop) => throw NotConnected();

    public Task<IReadOnlyList<FoundPerson>> SearchAsync(InsuranceQuery asked, CancellationToken stop) => throw NotConnected();

    public Task<Registered> RegisterAsync(ReferenceRegistration asked, CancellationToken stop) => throw NotConnected();

    private static CentreException NotConnected() => new("資格確認の接続がありません");
}
