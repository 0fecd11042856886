using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Kiosk.ReceptionTerminal.Store;

/// <summary>
/// The one writer. Jobs that wait together share a transaction (group commit, at most 256); a job's task ends only after
/// COMMIT returned under synchronous=FULL, which is what makes a receipt durable.
/// </summary>
internal sealed class Writer : IAsyncDisposable
{
    private const int LargestGroup = 256;

    private readonly Channel<Job> _jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly SqliteConnection _connection;
    private readonly Task _loop;

    /// <param name="connection">Open; owned from here on.</param>
    public Writer(SqliteConnection connection)
    {
        _connection = connection;
        // SQLite blocks on fsync: a thread of its own, not one of the pool's.
        _loop = Task.Factory.StartNew(Loop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Runs in the order called.</summary>
    /// <exception cref="SqliteException">Nothing of this job was stored.</exception>
    public async Task<T> DoAsync<T>(Func<SqliteConnection, T> work)
    {
        Job<T> job = new(work);
        await _jobs.Writer.WriteAsync(job);
        return await job.Done;
    }

    public async ValueTask DisposeAsync()
    {
        _jobs.Writer.TryComplete();
        await _loop;
        await _connection.DisposeAsync();
    }

    private void Loop()
    {
        List<Job> group = [];
        while (_jobs.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            group.Clear();
            while (group.Count < LargestGroup && _jobs.Reader.TryRead(out Job? job)) group.Add(job);
            if (TryCommit(group) is not { } why) continue;
            // One bad job must not fail the rest: each on its own now.
            if (group.Count == 1) group[0].Fail(why);
            else group.ForEach(one => { if (TryCommit([one]) is { } its) one.Fail(its); });
        }
    }

    private Exception? TryCommit(List<Job> group)
    {
        try
        {
            using SqliteTransaction transaction = _connection.BeginTransaction();
            foreach (Job job in group) job.Run(_connection);
            transaction.Commit();
        }
        catch (Exception e)
        {
            return e;
        }

        // Only now: an answer before COMMIT could be lost with the power.
        group.ForEach(job => job.Complete());
        return null;
    }

    private abstract class Job
    {
        public abstract void Run(SqliteConnection connection);

        public abstract void Complete();

        public abstract void Fail(Exception why);
    }

    private sealed class Job<T>(Func<SqliteConnection, T> work) : Job
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Done => _done.Task;

        public override void Run(SqliteConnection connection) => _result = work(connection);

        public override void Complete() => _done.TrySetResult(_result!);

        public override void Fail(Exception why) => _done.TrySetException(why);
    }
}
