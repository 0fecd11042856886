using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Oqs;

/// <summary>
/// Writes the face result of an arrival for レセコン, once: the database notes which ones are written, so that neither a crash nor
/// a second reception on the same database writes it again.
/// </summary>
/// <param name="folder">Null where none is configured: then only the characters that レセコン could not show are counted.</param>
/// <param name="encoding">As <see cref="Configuration.OqsOptions"/> names it.</param>
internal sealed class FaceResultWriter(ReceptionStore store, FaceResultFolder? folder, string encoding, ILogger log)
{
    // Spares a look into the database for each arrival of yesterday.
    private readonly HashSet<long> _written = [];

    /// <summary>Finishes what a crash interrupted.</summary>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Recover() => folder?.Recover(store.IsNoted);

    /// <summary>True: a folder is configured and this arrival's file is not written yet.</summary>
    public bool IsOwed(ArrivalRow row)
    {
        if (folder is null || _written.Contains(row.No)) return false;
        if (!store.IsNoted(folder.Name(row.No, row.At))) return true;
        _written.Add(row.No);
        return false;
    }

    /// <returns>
    /// Fields with characters that Shift_JIS does not have, and how many; and for the page in Japanese why no file was written,
    /// empty when all is well.
    /// </returns>
    public async Task<(IReadOnlyDictionary<string, int> Missing, string Trouble)> WriteAsync(ArrivalRow row, Eligibility answer)
    {
        ResultXml xml = new(folder?.Institution ?? "", FileText.Of(encoding));
        string name = folder?.Name(row.No, row.At) ?? "";
        string id = FaceResultFolder.FileIdentifier(name);
        byte[] content = row.IsByHand ? xml.HandResult(answer, row.At, id) : xml.FaceResult(answer, row.At, id, Effective(row));
        if (folder is null) return (xml.Missing, "");
        try
        {
            bool noted = store.IsNoted(name);
            if (!noted) folder.WriteTemporary(name, content);
            // Noted before: it was published, or its folder was away just when it should have been renamed.
            if (noted || await store.NoteAsync(row.No, name)) folder.Publish(name);
            else folder.DeleteTemporary(name);
            return (xml.Missing, "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.FileTrouble(log, e.GetType().Name);
            return (xml.Missing, "レセコン用のファイルを書けません。フォルダーと空き容量を確かめてください");
        }
    }

    /// <summary>
    /// The check-in with the consents that are valid now: the centre may have answered late, and a later reading of the card may have said
    /// no.
    /// </summary>
    private CheckInRequest Effective(ArrivalRow row)
    {
        CheckInRequest now = row.CheckIn.Clone();
        foreach (Consent consent in now.Consents.Items.Where(c => c.Given))
            consent.Given = store.RecordsOf(row.No, consent.Code).Access == RecordAccess.Open;
        return now;
    }
}
