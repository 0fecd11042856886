using System.Globalization;
using Kiosk.Core.Reception;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Oqs;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Events;

/// <summary>
/// Takes the answer files <c>arrival_COUNTER.answer.json</c> out of the folder of notices: read once, then deleted. One bad
/// file never holds up the others.
/// </summary>
internal sealed class AnswerFiles(string folder, ReceptionStore store, ArrivalAnswers answers, TimeProvider time, ILogger log)
{
    private const string Pattern = "arrival_*.answer.json", Start = "arrival_", End = ".answer.json";

    /// <summary>An answer in time comes within a minute of the notice.</summary>
    private static readonly TimeSpan s_soon = TimeSpan.FromMinutes(1), s_quick = TimeSpan.FromMilliseconds(300),
        s_slow = TimeSpan.FromSeconds(5);

    /// <summary>A file that is no answer may still be half written.</summary>
    private static readonly TimeSpan s_writing = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> _notDeleted = new(StringComparer.Ordinal);
    private long? _lastNotice;
    private bool _isBadLogged, _isTroubleLogged;

    /// <summary>A notice was written: its answer is looked for often, for a minute.</summary>
    public void Expect() => _lastNotice = time.GetTimestamp();

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Take();
            await Task.Delay(_lastNotice is long at && time.GetElapsedTime(at) < s_soon ? s_quick : s_slow, time, stop);
        }
    }

    /// <summary>Takes what is there; also for tests.</summary>
    internal void Take()
    {
        try
        {
            if (!Directory.Exists(folder)) return;
            foreach (string file in Directory.EnumerateFiles(folder, Pattern))
            {
                if (!_notDeleted.Contains(file)) Take(file);
            }

            _isTroubleLogged = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Data.Common.DbException or StartException)
        {
            // The next look tries again.
            if (!_isTroubleLogged) Log.EventTrouble(log, "answer file: " + e.GetType().Name);
            _isTroubleLogged = true;
        }
    }

    private void Take(string file)
    {
        bool isRegular = PlainFile.IsRegular(file);
        // A link or a pipe is deleted, never opened. A file whose writer holds it is read at the next look.
        if (!TryRead(file, isRegular, out SiteAnswer? answer, out bool isBad)) return;
        if (isRegular && answer is null && time.GetUtcNow() - File.GetLastWriteTimeUtc(file) < s_writing) return;
        string name = Path.GetFileName(file)[Start.Length..^End.Length];
        ArrivalRow? row = long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long no) ? store.Arrival(no) : null;
        if (answer is not null && row is { JoinedTo: null }) answers.Put(row, answer);
        else if ((isBad || row is null) && !_isBadLogged)
        {
            Log.AnswerNotUsed(log, "file");
            _isBadLogged = true;
        }

        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _notDeleted.Add(file);
            Log.EventTrouble(log, "answer file not deleted: " + e.GetType().Name);
        }
    }

    private static bool TryRead(string file, bool isRegular, out SiteAnswer? answer, out bool isBad)
    {
        (answer, isBad) = (null, true);
        if (!isRegular) return true;
        try
        {
            (answer, isBad) = AnswerJson.Parse(PlainFile.Read(file, AnswerJson.Longest));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
