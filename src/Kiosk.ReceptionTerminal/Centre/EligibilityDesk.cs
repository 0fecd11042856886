using System.Collections.Concurrent;
using Kiosk.Contract;
using Kiosk.Core;
using Kiosk.ReceptionTerminal.Link;
using Kiosk.ReceptionTerminal.Oqs;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Centre;

/// <param name="Answer">Null while there is none.</param>
/// <param name="Missing">Fields with characters that レセコン cannot show, and how many.</param>
/// <param name="Trouble">Why there is no answer, or no file; empty when all is well.</param>
internal sealed record Inquiry(Eligibility? Answer, IReadOnlyDictionary<string, int> Missing, string Trouble)
{
    /// <summary>レセコン cannot show the name whole, or the centre itself could not.</summary>
    public bool NameNeedsImage => Missing.ContainsKey("Name") || Answer?.Insurances.Any(i => i.Person.Name.Contains(Legible.Unknown)) == true;
}

/// <summary>
/// Asks the centre about each arrival of today, and of yesterday while its file is owed, once it is stored, keeps the answer in memory for the page, and writes the face
/// file. A reception that was killed asks again; a file is written once.
/// </summary>
/// <param name="files">Null where no folder is configured.</param>
internal sealed class EligibilityDesk(ReceptionStore store, IEligibilityCentre centre, FaceFiles? files, NameImages names, Bell bell, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(15);
    private static readonly Dictionary<string, int> s_none = [];

    private readonly ConcurrentDictionary<long, Inquiry> _known = new();
    private readonly HashSet<long> _written = [];

    public IEligibilityCentre Centre => centre;

    /// <param name="no">Of the arrival.</param>
    public Inquiry? Of(long no) => _known.GetValueOrDefault(no);

    public async Task RunAsync(CancellationToken stop)
    {
        if (centre is NoCentre) return;
        bool recovered = false;
        while (!stop.IsCancellationRequested)
        {
            Task next = bell.Next;
            try
            {
                if (!recovered) files?.Recover(store.IsFileNoted);
                recovered = true;
                await LookAsync(stop);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Data.Common.DbException or StartException)
            {
                Log.FileTrouble(log, e.GetType().Name);
            }

            // Also without news: a centre or folder that failed is tried again.
            await Task.WhenAny(next, Task.Delay(s_pause, time, stop));
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        DateOnly today = JapanTime.DateOf(time.GetUtcNow());
        List<ArrivalRow> rows = [.. store.Recent().Where(r => JapanTime.DateOf(r.At) == today || IsOwed(r))];
        HashSet<long> kept = [.. rows.Select(r => r.No)];
        // Yesterday's answers are forgotten once their files are written.
        foreach (long old in _known.Keys.Where(k => !kept.Contains(k))) _known.TryRemove(old, out _);
        if (names.Any) foreach (ArrivalRow row in rows.Where(r => Of(r.No) is { Answer: not null, NameNeedsImage: false })) DropName(row);
        foreach (ArrivalRow row in rows.Where(r => Of(r.No) is null or { Trouble.Length: > 0 }))
        {
            Inquiry before = Of(row.No) ?? new(null, s_none, "");
            Inquiry after = await InquireAsync(row, before, stop);
            _known[row.No] = after;
            // Not for the same trouble again: this loop would wake itself.
            if (after.Trouble != before.Trouble || after.Answer != before.Answer) bell.Ring();
        }
    }

    private void DropName(ArrivalRow row) =>
        names.Drop(row.Kiosk, new(CheckInRequest.Parser.ParseFrom(row.Message).Evidence.VisitId.Span, bigEndian: true));

    /// <summary>Yesterday's: stored before midnight, its face file not yet written after it.</summary>
    private bool IsOwed(ArrivalRow row)
    {
        if (files is null || _written.Contains(row.No)) return false;
        if (!store.IsFileNoted(files.Name(row.No, row.At))) return true;
        _written.Add(row.No);
        return false;
    }

    private async Task<Inquiry> InquireAsync(ArrivalRow row, Inquiry before, CancellationToken stop)
    {
        CheckInRequest message = CheckInRequest.Parser.ParseFrom(row.Message);
        Eligibility answer;
        try
        {
            answer = before.Answer ?? await centre.AskAsync(message.Evidence.Certificate.ToByteArray(), stop);
        }
        catch (CentreException e)
        {
            return before with { Trouble = e.Message };
        }

        FaceXml xml = new(files?.Institution ?? "");
        string name = files?.Name(row.No, row.At) ?? "";
        byte[] content = xml.Result(answer, row.At, FaceFiles.IdOf(name), message);
        if (files is null) return new(answer, xml.Missing, "");
        try
        {
            bool noted = store.IsFileNoted(name);
            if (!noted) files.WriteAside(name, content);
            // Noted before: published long since, or its folder was gone in just that moment.
            if (noted || await store.NoteFileAsync(row.No, name)) files.Publish(name);
            else files.Drop(name);
            return new(answer, xml.Missing, "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.FileTrouble(log, e.GetType().Name);
            return new(answer, xml.Missing, "レセコン用のファイルを書けません。フォルダーと空き容量を確かめてください");
        }
    }
}
