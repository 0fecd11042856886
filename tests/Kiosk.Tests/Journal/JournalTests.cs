using CsCheck;
using Kiosk.Core.Failures;
using Kiosk.Devices.Journal;

namespace Kiosk.Tests.Journal;

public sealed class JournalTests
{
    private enum Step
    {
        Begin,
        Done,
        Reopen,
        TornTail,
        DamagedTail,
    }

    // Tried by breaking the code. Caught: torn tail not cut, CRC not looked at, Done that truncates while others are
    // pending, Done that never truncates. Not caught: a state byte that is neither 1 nor 2 (no such record has a right
    // CRC), and appending at the file's length instead of after the last good record: that differs only after a failed
    // write, which needs a disk that fails in the middle.
    [Fact]
    public void The_journal_holds_what_a_dictionary_holds_over_crashes_and_torn_tails() =>
        Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 5], Gen.Byte.Array[1, 60]).List[1, 25].Sample(Run, iter: 2000, threads: 1);

    [Fact]
    public void It_is_empty_when_nothing_is_under_way()
    {
        string path = NewPath();
        using VisitJournal journal = VisitJournal.Open(path, TimeProvider.System);
        Guid key = Guid.NewGuid();
        journal.Begin(key, Guid.NewGuid());
        Assert.Equal(45, new FileInfo(path).Length);
        journal.Done(key);
        Assert.Equal(0, new FileInfo(path).Length);
    }

    [Fact]
    public void A_folder_that_is_missing_or_a_second_process_is_named_in_the_failure()
    {
        string path = NewPath();
        FailureException missing = Assert.Throws<FailureException>(() =>
            VisitJournal.Open(path + "/none/visits.journal", TimeProvider.System));
        Assert.Equal(Failure.JournalBroken, missing.Failure);
        Assert.Contains("none", missing.Detail, StringComparison.Ordinal);

        using VisitJournal first = VisitJournal.Open(path, TimeProvider.System);
        Assert.Contains(path, Assert.Throws<FailureException>(() => VisitJournal.Open(path, TimeProvider.System))
            .Detail, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_full_disk_is_a_failure_and_not_a_pending_visit()
    {
        Skip.IfNot(File.Exists("/dev/full"), "Linux only");
        using VisitJournal journal = VisitJournal.Open("/dev/full", TimeProvider.System);
        Assert.Equal(Failure.JournalBroken, Assert.Throws<FailureException>(() => journal.Begin(Guid.NewGuid(), Guid.NewGuid())).Failure);
        Assert.Empty(journal.Pending());
    }

    private static void Run(List<(Step Step, int Key, byte[] Tail)> history)
    {
        string path = NewPath();
        Guid[] keys = [.. Enumerable.Range(0, 6).Select(_ => Guid.NewGuid())];
        Dictionary<Guid, Guid> model = [];
        VisitJournal journal = VisitJournal.Open(path, TimeProvider.System);
        foreach ((Step step, int k, byte[] tail) in history)
        {
            switch (step)
            {
                case Step.Begin:
                    Guid visit = Guid.NewGuid();
                    journal.Begin(keys[k], visit);
                    model.TryAdd(keys[k], visit);
                    break;
                case Step.Done:
                    journal.Done(keys[k]);
                    model.Remove(keys[k]);
                    break;
                case Step.Reopen:
                    journal.Dispose();
                    journal = VisitJournal.Open(path, TimeProvider.System);
                    break;
                case Step.TornTail:
                    journal.Dispose();
                    // A record that was being written when the power went, or blocks of zeros the file system left.
                    byte[] begun = new byte[JournalRecord.Size];
                    JournalRecord.Write(begun, JournalRecord.Begun, Guid.NewGuid(), Guid.NewGuid(), TimeProvider.System.GetUtcNow());
                    Append(path, tail[0] % 2 == 0 ? begun[..(tail.Length % JournalRecord.Size)] : new byte[tail.Length]);
                    journal = VisitJournal.Open(path, TimeProvider.System);
                    break;
                case Step.DamagedTail:
                    journal.Dispose();
                    Append(path, tail);
                    journal = VisitJournal.Open(path, TimeProvider.System);
                    break;
            }

            Assert.Equal(model.OrderBy(m => m.Key), journal.Pending().Select(p => KeyValuePair.Create(p.Key, p.Visit)).OrderBy(m => m.Key));
            if (model.Count == 0) Assert.Equal(0, new FileInfo(path).Length);
        }

        journal.Dispose();
        File.Delete(path);
    }

    private static void Append(string path, byte[] bytes)
    {
        using FileStream file = new(path, FileMode.Append);
        file.Write(bytes);
    }

    private static string NewPath() => Path.Combine(Path.GetTempPath(), $"kiosk-{Guid.NewGuid():N}.journal");
}
