namespace Kiosk.Lab.Desk;

/// <summary>Operations of the simulated desk. The simulator page and <c>kiosk-lab visit</c> use them.</summary>
public interface ISimulatorDesk
{
    DeskState State { get; }

    /// <summary>
    /// Lays a card on the reader. A card that is on the reader is removed first. Name as in <see cref="DeskState.Cards"/>.
    /// </summary>
    Task InsertAsync(string card, CancellationToken stop);

    Task PullAsync(CancellationToken stop);

    /// <summary>Sets the person in front of the camera. Name as in <see cref="DeskState.Persons"/>.</summary>
    Task StandAsync(string person, CancellationToken stop);

    /// <param name="part">reader, camera or network; presence (true: a person is there), case (true: closed).</param>
    Task PlugAsync(string part, bool pluggedIn, CancellationToken stop);

    /// <summary>What the simulated national centre answers from now on.</summary>
    /// <param name="choice">One of <see cref="DeskState.Centre"/>: an answer, or a pace.</param>
    Task OrderCentreAsync(string choice, CancellationToken stop);
}

/// <param name="Cards">Name and description of each card.</param>
/// <param name="CardIn">Name of the card on the reader, or null.</param>
/// <param name="Persons">Name and description of each person.</param>
/// <param name="Hints">What a tester needs to know now, such as the PIN and printed number of the card on the reader.</param>
public sealed record DeskState(
    IReadOnlyList<(string Name, string What)> Cards, string? CardIn,
    IReadOnlyList<(string Name, string What)> Persons, string Person,
    bool Reader, bool Camera, bool Network, IReadOnlyList<string> Hints, BoardView? Board = null)
{
    /// <summary>Choices for the simulated national centre, with those that are on now.</summary>
    public IReadOnlyList<(string Name, string What, bool On)> Centre { get; init; } = [];
}

/// <summary>Outputs and inputs of the board.</summary>
/// <param name="Light">Colour of the status light as #rrggbb, as perceived by the eye.</param>
/// <param name="Tones">Tones played last.</param>
/// <param name="Screen">Brightness of the panel, per cent.</param>
public sealed record BoardView(string Light, string Tones, bool Presence, bool CaseShut, int Screen);
