namespace Kiosk.Core.Reception;

/// <summary>How the kiosk's own parts are, for staff at the desk. Nothing of a patient.</summary>
/// <param name="Version">Of the kiosk program, at most 32 characters.</param>
/// <param name="Devices">By name; at most 32.</param>
/// <param name="Engine">Face engine in use; empty = none.</param>
/// <param name="EngineWarning">What staff must know of it; empty = nothing.</param>
/// <param name="Image">Null where the kiosk does not run from a device image.</param>
public sealed record KioskHealth(string Version, IReadOnlyList<DeviceHealth> Devices, string Engine = "", string EngineWarning = "", ImageHealth? Image = null);

/// <param name="Name">reader, camera, face, …; 1 to 32 of a-z 0-9 and hyphen.</param>
/// <param name="Why">Null: it works.</param>
/// <param name="Detail">For a technician: a device's name, a file.</param>
public sealed record DeviceHealth(string Name, Failure? Why, string Detail = "");

/// <param name="Slot">A or B.</param>
/// <param name="RollbackReason">Why the last update was not kept; empty = it was, or there was none.</param>
public sealed record ImageHealth(string Version, string Slot, string RollbackReason = "");
