using System.Data;
using System.Data.Common;
using System.Threading.Channels;

namespace Kiosk.ReceptionTerminal.Store;

/// <summary>
/// All writes to the database go through here, one after the other. Jobs that wait together share a transaction (group commit, at
/// most 256). A job's task ends only after COMMIT, so a receipt that is sent afterwards is durable.
/// </summary>
internal sealed class GroupCommitWriter : IAsyncDisposable
{
    private const int MaxGroup = 256;

    /// <summary>
    /// So long a job waits for a database that another program has locked. A kiosk gives up earlier; its check-in is then found under
    /// its key when the kiosk asks or repeats.
    /// </summary>
    private static readonly TimeSpan _lockPatience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    private readonly Channel<Job> _jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly Database _database;
    private DbConnection _connection;
    private readonly Task _loop;
    private readonly Action<StoreCause?> _tell;
    private volatile StoreCause? _told;
    private volatile bool _isClosing;

    /// <param name="connection">Open; disposed by this writer.</param>
    /// <param name="tell">Called on the writer's thread: why nothing can be written now; null when writing works again.</param>
    public GroupCommitWriter(Database database, DbConnection connection, Action<StoreCause?> tell)
    {
        (_database, _connection, _tell) = (database, connection, tell);
        // It blocks on fsync, so it gets its own thread instead of one of the pool.
        _loop = Task.Factory.StartNew(Loop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Why the newest write failed; null: it did not, or its error tells no cause.</summary>
    public StoreCause? Trouble => _told;

    /// <summary>Runs in the order called.</summary>
    /// <exception cref="DbException">Nothing of this job was stored.</exception>
    public async Task<T> RunAsync<T>(Func<DbConnection, T> work)
    {
        Job<T> job = new(work);
        await _jobs.Writer.WriteAsync(job);
        return await job.Done;
    }

    public async ValueTask DisposeAsync()
    {
        _isClosing = true;
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
            while (group.Count < MaxGroup && _jobs.Reader.TryRead(out Job? job)) group.Add(job);
            if (CommitWhenFree(group) is not { } why) continue;
            // One bad job must not fail the others: each is tried again in its own transaction.
            if (group.Count == 1) group[0].Fail(why);
            else if (_database.CauseOf(why) == StoreCause.Locked) group.ForEach(one => one.Fail(why));
            else group.ForEach(one => { if (CommitWhenFree([one]) is { } its) one.Fail(its); });
        }
    }

    private Exception? CommitWhenFree(List<Job> group)
    {
        long from = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Exception? why = TryCommit(group);
            StoreCause? cause = why is null ? null : _database.CauseOf(why);
            if (why is null || cause is not null) Tell(cause);
            if (cause != StoreCause.Locked || _isClosing || TimeProvider.System.GetElapsedTime(from) > _lockPatience) return why;
            Thread.Sleep(_pause);
        }
    }

    private void Tell(StoreCause? cause)
    {
        if (cause == _told) return;
        _told = cause;
        _tell(cause);
    }

    private Exception? TryCommit(List<Job> group)
    {
        try
        {
            // A database server that was restarted has closed it. Calls that failed then are repeated by their kiosks.
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

        // Not earlier: what is answered before COMMIT could be lost in a power cut.
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
