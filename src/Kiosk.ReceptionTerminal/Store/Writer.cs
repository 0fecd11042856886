using System.Data;
using System.Data.Common;
using System.Threading.Channels;

namespace Kiosk.ReceptionTerminal.Store;

/// <summary>
/// The one writer. Jobs that wait together share a transaction (group commit, at most 256); a job's task ends only after
/// COMMIT returned durably, which is what makes a receipt durable.
/// </summary>
internal sealed class Writer : IAsyncDisposable
{
    private const int LargestGroup = 256;

    private readonly Channel<Job> _jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly Database _database;
    private DbConnection _connection;
    private readonly Task _loop;

    /// <param name="connection">Open; owned from here on.</param>
    public Writer(Database database, DbConnection connection)
    {
        (_database, _connection) = (database, connection);
        // It blocks on fsync: a thread of its own, not one of the pool's.
        _loop = Task.Factory.StartNew(Loop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Runs in the order called.</summary>
    /// <exception cref="DbException">Nothing of this job was stored.</exception>
    public async Task<T> DoAsync<T>(Func<DbConnection, T> work)
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
            // A server that was restarted closed it; what was under way then failed and is repeated by its kiosk.
            if (_connection.State != ConnectionState.Open)
            {
                _connection.Dispose();
                _connection = _database.Open();
            }

            using DbTransaction transaction = _connection.BeginTransaction();
            if (_database.LockSql.Length > 0) _connection.Run(_database.LockSql);
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
        public abstract void Run(DbConnection connection);

        public abstract void Complete();

        public abstract void Fail(Exception why);
    }

    private sealed class Job<T>(Func<DbConnection, T> work) : Job
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Done => _done.Task;

        public override void Run(DbConnection connection) => _result = work(connection);

        public override void Complete() => _done.TrySetResult(_result!);

        public override void Fail(Exception why) => _done.TrySetException(why);
    }
}
