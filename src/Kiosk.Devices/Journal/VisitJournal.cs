using Kiosk.Contract;
using Kiosk.Core.Failures;
using Microsoft.Win32.SafeHandles;

namespace Kiosk.Devices.Journal;

/// <summary>A check-in for which it is not known whether the reception has it.</summary>
/// <param name="Key">Idempotency key, used to ask the reception.</param>
/// <param name="At">When the hand-over began.</param>
public sealed record PendingVisit(Guid Key, Guid Visit, DateTimeOffset At);

/// <summary>
/// Remembers over a crash or power cut that a hand-over was in progress. Call <see cref="Begin"/> before the submit and
/// <see cref="Done"/> after the receipt or refusal; at start, ask the reception about each of <see cref="Pending"/>. The file is empty
/// when no hand-over is in progress. Thread-safe; only one process may use it.
/// </summary>
public sealed class VisitJournal : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, PendingVisit> _pending = [];
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly TimeProvider _time;
    private long _end;

    private VisitJournal(string path, SafeFileHandle file, TimeProvider time) => (_path, _file, _time) = (path, file, time);

    /// <summary>Opens or creates the file and removes an incomplete record at its end.</summary>
    /// <exception cref="FailureException">JournalBroken, with path and cause (no permission, disk full, used by another
    /// process).</exception>
    public static VisitJournal Open(string path, TimeProvider time) => Guard(path, () =>
    {
        bool made = !File.Exists(path);
        SafeFileHandle file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            if (made) DurableFile.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
            VisitJournal journal = new(path, file, time);
            journal.Replay();
            return journal;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    });

    /// <summary>Hand-overs that were begun and not done, oldest first.</summary>
    public IReadOnlyList<PendingVisit> Pending()
    {
        lock (_gate) return [.. _pending.Values.OrderBy(p => p.At)];
    }

    /// <summary>Returns after the record is on the disk. Does nothing if the key is already pending.</summary>
    /// <exception cref="FailureException">JournalBroken; this call made nothing pending.</exception>
    public void Begin(Guid key, Guid visit)
    {
        lock (_gate)
        {
            if (_pending.ContainsKey(key)) return;
            // Rounded as in the file, so that a reopened journal returns the same value.
            PendingVisit one = new(key, visit, DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds()));
            Guard(_path, () =>
            {
                Append(JournalRecord.Begun, one, sync: true);
                return 0;
            });
            _pending.Add(key, one);
        }
    }

    /// <summary>Call when the reception's answer is known. Not synced: after a crash the reception is asked again, which does no
    /// harm.</summary>
    /// <exception cref="FailureException">JournalBroken; the key is still pending.</exception>
    public void Done(Guid key)
    {
        lock (_gate)
        {
            if (!_pending.TryGetValue(key, out PendingVisit? one)) return;
            Guard(_path, () =>
            {
                if (_pending.Count == 1) Clear();
                else Append(JournalRecord.Done, one, sync: false);
                return 0;
            });
            _pending.Remove(key);
        }
    }

    public void Dispose() => _file.Dispose();

    private static T Guard<T>(string path, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new FailureException(Failure.JournalBroken, $"{Path.GetFullPath(path)}: {e.Message}", e);
        }
    }

    private void Replay()
    {
        byte[] record = new byte[JournalRecord.Size];
        while (RandomAccess.Read(_file, record, _end) is int read && JournalRecord.Read(record.AsSpan(0, read)) is var (state, visit))
        {
            if (state == JournalRecord.Begun) _pending[visit.Key] = visit;
            else _pending.Remove(visit.Key);
            _end += JournalRecord.Size;
        }

        if (_pending.Count == 0) _end = 0;
        // After an incomplete record, or when nothing is pending: clear the file, so that old bytes never follow the next record.
        if (RandomAccess.GetLength(_file) == _end) return;
        RandomAccess.SetLength(_file, _end);
        DurableFile.Sync(_file);
    }

    private void Append(byte state, PendingVisit one, bool sync)
    {
        byte[] record = new byte[JournalRecord.Size];
        JournalRecord.Write(record, state, one.Key, one.Visit, one.At);
        RandomAccess.Write(_file, record, _end);
        if (sync) DurableFile.Sync(_file);
        // Move the end only now: if the write failed, the next record overwrites the damaged one.
        _end += JournalRecord.Size;
    }

    private void Clear()
    {
        RandomAccess.SetLength(_file, 0);
        _end = 0;
    }
}
