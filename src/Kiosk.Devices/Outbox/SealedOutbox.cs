using System.Security.Cryptography;
using Kiosk.Contract;
using Kiosk.Core.Failures;
using Microsoft.Win32.SafeHandles;

namespace Kiosk.Devices.Outbox;

/// <summary>
/// Degraded mode, off by default: check-ins that the reception has not acknowledged, encrypted with AES-256-GCM. The key is in a file
/// system in memory (tmpfs) and is made anew at each boot. So the records survive a crash of the program and cannot be read after
/// theft or power-off. At most <see cref="Most"/> records, none older than <see cref="Life"/>. Thread-safe; only one process may use it.
/// </summary>
public sealed class SealedOutbox : IDisposable
{
    public const int Most = 16;
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private const int KeyBytes = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, (byte[] Sealed, DateTimeOffset At)> _waiting = [];
    private readonly byte[] _key = GC.AllocateUninitializedArray<byte>(KeyBytes, pinned: true);
    private readonly SafeFileHandle _file;
    private readonly TimeProvider _time;
    private long _end;

    private SealedOutbox(SafeFileHandle file, TimeProvider time) => (_file, _time) = (file, time);

    /// <param name="path">File of the sealed records; 0 bytes when none wait.</param>
    /// <param name="keyPath">File of the key, 32 bytes, mode 0600; created if missing. Must be on a tmpfs.</param>
    /// <exception cref="FailureException">ConfigBroken: the key would be on a disk. JournalBroken: a file cannot be used.</exception>
    public static SealedOutbox Open(string path, string keyPath, TimeProvider time)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(keyPath))!;
        if (!OperatingSystem.IsLinux() || (Directory.Exists(folder) && new DriveInfo(folder).DriveFormat is not ("tmpfs" or "ramfs")))
            throw new FailureException(
                Failure.ConfigBroken,
                $"outbox.key: {keyPath} must be on a tmpfs such as /run, so that the key is lost when the power goes");
        SealedOutbox? box = null;
        try
        {
            bool made = !File.Exists(path);
            box = new(File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), time);
            if (made) DurableFile.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
            box.LoadKey(keyPath);
            box.Replay();
            return box;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            box?.Dispose();
            throw new FailureException(Failure.JournalBroken, $"{Path.GetFullPath(path)}, {keyPath}: {e.Message}", e);
        }
    }

    /// <summary>Seals and keeps a message. The message is on the disk when this returns true.</summary>
    /// <param name="message">At most 16 KiB; the caller zeroes it.</param>
    /// <returns>False: the outbox is full, or the disk cannot be written; the check-in is then sent without an outbox.</returns>
    public bool TryPut(Guid key, ReadOnlySpan<byte> message)
    {
        lock (_gate)
        {
            if (_waiting.ContainsKey(key)) return true;
            Expire();
            if (_waiting.Count >= Most) return false;
            DateTimeOffset now = _time.GetUtcNow();
            byte[] sealedMessage = OutboxRecord.Seal(_key, key, now, message);
            try
            {
                Append(OutboxRecord.Put, key, sealedMessage, sync: true);
            }
            catch (IOException)
            {
                return false;
            }

            _waiting[key] = (sealedMessage, now);
            return true;
        }
    }

    /// <summary>Call when the check-in is acknowledged or refused for good. Not synced: a record that comes back after a crash is sent
    /// again
    /// with the same key.</summary>
    public void Done(Guid key)
    {
        lock (_gate) Remove(key);
    }

    /// <summary>Oldest first. Records that are too old are removed.</summary>
    public IReadOnlyList<Guid> Waiting()
    {
        lock (_gate)
        {
            Expire();
            return [.. _waiting.OrderBy(w => w.Value.At).Select(w => w.Key)];
        }
    }

    /// <returns>The message, which the caller zeroes; null if it is gone.</returns>
    public byte[]? Read(Guid key)
    {
        lock (_gate)
            return _waiting.TryGetValue(key, out (byte[] Sealed, DateTimeOffset At) one)
                ? OutboxRecord.Open(_key, key, one.Sealed)?.Message
                : null;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        _file.Dispose();
    }

    private void Expire()
    {
        DateTimeOffset oldest = _time.GetUtcNow() - Life;
        foreach (Guid old in _waiting.Where(w => w.Value.At < oldest).Select(w => w.Key).ToArray()) Remove(old);
    }

    private void Remove(Guid key)
    {
        if (!_waiting.Remove(key)) return;
        try
        {
            if (_waiting.Count > 0)
            {
                Append(OutboxRecord.Ack, key, [], sync: false);
                return;
            }

            RandomAccess.SetLength(_file, 0);
            _end = 0;
        }
        catch (IOException)
        {
            // After a restart the record is sent again; the reception recognises the key.
        }
    }

    private void Append(byte type, Guid key, byte[] sealedMessage, bool sync)
    {
        byte[] record = OutboxRecord.Encode(type, key, sealedMessage);
        RandomAccess.Write(_file, record, _end);
        if (sync) DurableFile.Sync(_file);
        // Move the end only now: if the write failed, the next record overwrites the damaged one.
        _end += record.Length;
    }

    private void LoadKey(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (!File.Exists(path))
        {
            RandomNumberGenerator.Fill(_key);
            SecretFile.WriteNew(path, _key);
            return;
        }

        using FileStream there = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        there.ReadExactly(_key);
    }

    /// <summary>Skips a record that cannot be opened (key of another boot); the others are read.</summary>
    private void Replay()
    {
        byte[] all = new byte[RandomAccess.GetLength(_file)];
        int length = RandomAccess.Read(_file, all, 0);
        while (OutboxRecord.Read(all.AsSpan((int)_end, length - (int)_end)) is { } record)
        {
            _end += record.Size;
            if (record.Type == OutboxRecord.Ack) _waiting.Remove(record.Key);
            else if (OutboxRecord.Open(_key, record.Key, record.Sealed) is var (message, at))
            {
                CryptographicOperations.ZeroMemory(message);
                _waiting[record.Key] = (record.Sealed, at);
            }
        }

        if (_waiting.Count == 0) _end = 0;
        if (length == _end) return;
        RandomAccess.SetLength(_file, _end);
        DurableFile.Sync(_file);
    }
}
