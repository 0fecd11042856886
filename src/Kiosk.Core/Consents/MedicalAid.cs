namespace Kiosk.Core.Consents;

/// <summary>A record of 医療費助成 (PMH) that the centre has for this patient.</summary>
/// <param name="Id">Given by the reception for this visit; sent back with the answer. Says nothing of the patient.</param>
/// <param name="Name">制度名, at most 40 characters.</param>
/// <param name="Municipality">自治体, at most 20 characters; may be empty.</param>
public sealed record MedicalAid(string Id, string Name, string Municipality);

/// <param name="Yes">Use it here; null: not answered yet.</param>
public sealed record AidAnswer(MedicalAid Record, bool? Yes);
