using System.Security.Cryptography;
using Kiosk.Contract;
using Kiosk.Core;
using Microsoft.Win32.SafeHandles;

namespace Kiosk.Devices.Outbox;

/// <summary>
/// Degraded mode, off by default: check-ins that the reception has not acknowledged, sealed with AES-256-GCM under a key that
/// lives in memory of the machine (tmpfs) and is made anew at each boot. They outlive a crash of the program, and are unreadable
/// after theft or power-off. At most <see cref="Most"/> of them, none older than <see cref="Life"/>. Thread-safe; one process.
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

    /// <param name="path">Of the sealed records; 0 bytes when none wait.</param>
    /// <param name="keyPath">Of the key, 32 bytes, mode 0600; made when missing. Must lie on a tmpfs.</param>
    /// <exception cref="FailureException">ConfigBroken: the key would lie on a disk. JournalBroken: a file cannot be used.</exception>
    public static SealedOutbox Open(string path, string keyPath, TimeProvider time)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(keyPath))!;
        if (!OperatingSystem.IsLinux() || (Directory.Exists(folder) && new DriveInfo(folder).DriveFormat is not ("tmpfs" or "ramfs")))
            throw new FailureException(Failure.ConfigBroken, $"outbox.key: {keyPath} must lie on a tmpfs such as /run, so that it is gone with the power");
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

    /// <summary>Seals and keeps a message. On the disk when it returns true.</summary>
    /// <param name="message">At most 16 KiB; the caller zeroes it.</param>
    /// <returns>False: full, or the disk takes nothing; the check-in then goes the usual way alone.</returns>
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

    /// <summary>Acknowledged, or refused for good. Not synced: what comes back after a crash is sent again under the same key.</summary>
    public void Done(Guid key)
    {
        lock (_gate) Remove(key);
    }

    /// <summary>Oldest first; what has outlived its time is gone.</summary>
    public IReadOnlyList<Guid> Waiting()
    {
        lock (_gate)
        {
            Expire();
            return [.. _waiting.OrderBy(w => w.Value.At).Select(w => w.Key)];
        }
    }

    /// <returns>The message, for the caller to zero; null when it is gone.</returns>
    public byte[]? Read(Guid key)
    {
        lock (_gate) return _waiting.TryGetValue(key, out (byte[] Sealed, DateTimeOffset At) one) ? OutboxRecord.Open(_key, key, one.Sealed)?.Message : null;
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
            // It is sent again after a restart; the reception knows the key.
        }
    }

    private void Append(byte type, Guid key, byte[] sealedMessage, bool sync)
    {
        byte[] record = OutboxRecord.Of(type, key, sealedMessage);
        RandomAccess.Write(_file, record, _end);
        if (sync) DurableFile.Sync(_file);
        // Only now: after a failure the next record overwrites the doubtful one.
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

    /// <summary>A record that does not open (another boot's key) is left behind, not in the way of the others.</summary>
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
