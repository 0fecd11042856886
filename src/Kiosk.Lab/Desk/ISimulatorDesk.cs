namespace Kiosk.Lab.Desk;

/// <summary>What can be done at the simulated desk; the console page and <c>kiosk visit</c> both stand here.</summary>
public interface ISimulatorDesk
{
    DeskState State { get; }

    /// <summary>Puts a card on the reader (the one there is pulled first). Name as in <see cref="DeskState.Cards"/>.</summary>
    Task InsertAsync(string card, CancellationToken stop);

    Task PullAsync(CancellationToken stop);

    /// <summary>Who stands before the camera. Name as in <see cref="DeskState.Persons"/>.</summary>
    Task StandAsync(string person, CancellationToken stop);

    /// <param name="part">reader, camera or network; presence (in: somebody is there), case (in: shut).</param>
    Task PlugAsync(string part, bool pluggedIn, CancellationToken stop);
}

/// <param name="Cards">Name and what it is.</param>
/// <param name="CardIn">Name of the card on the reader, or null.</param>
/// <param name="Persons">Name and who it is.</param>
/// <param name="Hints">What a tester needs to know now: the PIN and printed number of the card that is in.</param>
public sealed record DeskState(
    IReadOnlyList<(string Name, string What)> Cards, string? CardIn,
    IReadOnlyList<(string Name, string What)> Persons, string Person,
    bool Reader, bool Camera, bool Network, IReadOnlyList<string> Hints, BoardView? Board = null);

/// <summary>What the board shows and feels.</summary>
/// <param name="Light">#rrggbb as an eye sees it.</param>
/// <param name="Tones">Played last.</param>
/// <param name="Screen">The panel's brightness, per cent.</param>
public sealed record BoardView(string Light, string Tones, bool Presence, bool CaseShut, int Screen);
