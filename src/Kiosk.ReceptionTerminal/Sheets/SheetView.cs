namespace Kiosk.ReceptionTerminal.Sheets;

/// <summary>A sheet as the page draws and prints it: texts only, in Japanese.</summary>
/// <param name="Source">模擬 where the data come from a simulated centre; empty otherwise.</param>
/// <param name="Status">The result in one line; empty where there is none.</param>
/// <param name="Good">The status needs nobody's attention.</param>
/// <param name="Alerts">What staff must know before they use the sheet.</param>
/// <param name="Notes">Footnotes.</param>
internal sealed record SheetView(
    string Title, string Source, string Made, string Status, bool Good, IReadOnlyList<string> Alerts, IReadOnlyList<SheetBlock> Blocks,
    IReadOnlyList<string> Notes);

/// <param name="Title">Empty: no heading.</param>
/// <param name="IsCard">One of several results, drawn apart from the others.</param>
/// <param name="Table">Null: only fields.</param>
internal sealed record SheetBlock(string Title, bool IsCard, IReadOnlyList<SheetField> Fields, SheetTable? Table = null);

/// <param name="Value">Never empty: 記載なし where there is nothing.</param>
/// <param name="Copy">What the copy button puts on the clipboard; empty: no button.</param>
/// <param name="IsWithheld">住所不開示: the page asks for it when somebody presses.</param>
internal sealed record SheetField(string Name, string Value, string Copy = "", bool IsWithheld = false);

/// <param name="Rows">As many cells as <paramref name="Columns"/>. A cell beyond a limit begins with ▲ or ▽.</param>
internal sealed record SheetTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
