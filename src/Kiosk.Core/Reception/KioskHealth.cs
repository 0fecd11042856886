using Kiosk.Core.Failures;

namespace Kiosk.Core.Reception;

/// <summary>State of the devices and the program of a kiosk, for staff at the desk. Nothing of a patient.</summary>
/// <param name="Version">Of the kiosk program, at most 32 characters.</param>
/// <param name="Devices">At most 32, each name once.</param>
/// <param name="Engine">Face engine in use; empty: none.</param>
/// <param name="EngineWarning">What staff must know about the engine; may be empty.</param>
/// <param name="Image">Null: the kiosk does not run from a device image.</param>
/// <param name="Visits">How visits ended since the start; null: none yet.</param>
/// <param name="Stages">How long the states of visits took since the start; null: none yet.</param>
public sealed record KioskHealth(
    string Version, IReadOnlyList<DeviceHealth> Devices, string Engine = "", string EngineWarning = "", ImageHealth? Image = null,
    IReadOnlyList<VisitCount>? Visits = null, IReadOnlyList<StageTime>? Stages = null);

/// <param name="Outcome">Name of the <see cref="Ending"/>.</param>
/// <param name="Code">Of the failure catalogue; empty unless refused.</param>
public sealed record VisitCount(string Outcome, string Code, long Count);

/// <param name="Stage">Name of the <see cref="VisitState"/>.</param>
/// <param name="SumMs">Time in this state in all visits together, milliseconds.</param>
public sealed record StageTime(string Stage, long Count, double SumMs);

/// <param name="Name">reader, camera, face, …; 1 to 32 of a-z 0-9 and hyphen.</param>
/// <param name="Why">Null: it works.</param>
/// <param name="Detail">For a technician: the name of a device, a file.</param>
public sealed record DeviceHealth(string Name, Failure? Why, string Detail = "");

/// <param name="Slot">A or B.</param>
/// <param name="RollbackReason">Why the last update was undone; empty: it was kept, or there was none.</param>
public sealed record ImageHealth(string Version, string Slot, string RollbackReason = "");
