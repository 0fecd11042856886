using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using OpenCvSharp;

namespace Kiosk.Devices.PictureDecoder;

/// <param name="Command">Program and arguments that run <see cref="DecoderChild"/>: the kiosk's own <c>decode-image</c>.</param>
/// <param name="Start">How long the child may take to load its decoder. It is started before a patient comes.</param>
/// <param name="Picture">How long one picture may take. A card's photo takes about 5 ms.</param>
/// <param name="Socket">A Unix socket whose owner runs a decoder of its own user for each connection (<c>kiosk-decoder.socket</c> of the
/// device image). Null: the decoder is a child of this program.</param>
public sealed record CardPicturesOptions(IReadOnlyList<string> Command, TimeSpan Start, TimeSpan Picture, string? Socket = null)
{
    /// <param name="assembly">Path of kiosk.dll, for a kiosk that was started with <c>dotnet</c>.</param>
    /// <param name="socket">As <see cref="Socket"/>.</param>
    public static CardPicturesOptions ForProgram(string assembly, string? socket = null)
    {
        string program = Environment.ProcessPath ?? "dotnet";
        string name = Path.GetFileNameWithoutExtension(program);
        IReadOnlyList<string> command = name == "kiosk"
            ? [program, DecoderChild.Command]
            : [name == "dotnet" ? program : "dotnet", assembly, DecoderChild.Command];
        return new(command, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(3), socket);
    }
}

/// <summary>
/// Decodes a card's pictures in a separate process, because the pictures come from outside and the decoders are large C libraries. A
/// crash, a hang or too much memory ends that process and loses one picture, never the visit. The process is started in advance and
/// kept. Pictures and pixels go through pipes; nothing is written to a disk. One picture at a time; any thread may call.
/// </summary>
public sealed class CardPictures(CardPicturesOptions options, TimeProvider time) : IDisposable
{
    /// <summary>How long after a decoder did not answer it is tried again.</summary>
    internal static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    private readonly Lock _one = new();
    private readonly TaskCompletionSource<string> _notConfined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DecoderConnection? _child;
    private ITimer? _retry;
    private bool _isDisposed;

    /// <summary>Process id of the child while it runs; for tests and the bench. Null also for a decoder behind a socket.</summary>
    public int? ChildId => _child is { IsOpen: true } child ? child.ProcessId : null;

    /// <summary>Ends when a child says for the first time that the system does not give all that confines it; the result is what is
    /// missing, in printable ASCII. Never ends if nothing is missing.</summary>
    public Task<string> NotConfined => _notConfined.Task;

    /// <summary>False after a decoder could not be started, or nobody served its socket; true from the next one that answers.</summary>
    public bool IsAnswering { get; private set; } = true;

    /// <summary>Raised when <see cref="IsAnswering"/> has changed; on the thread that tried, which waits for it.</summary>
    public event Action<bool>? IsAnsweringChanged;

    /// <summary>Loads the decoder in the background, so that the first picture does not wait for it.</summary>
    public void Start() => _ = Task.Run(() =>
    {
        lock (_one)
        {
            if (!_isDisposed) EnsureChild();
        }
    });

    /// <summary>8-bit BGR, 3 channels, top row first; the caller zeroes and disposes it.</summary>
    /// <param name="jpeg2000">DF27: JP2 file or raw codestream, at most 64 KiB.</param>
    /// <exception cref="FailureException">PhotoUnreadable; contains nothing of the picture.</exception>
    internal Mat Photo(ReadOnlySpan<byte> jpeg2000)
    {
        if (jpeg2000.Length is 0 or > CardPortrait.MostBytes) throw CardPortrait.Unreadable();
        lock (_one)
        {
            Mat? picture = Ask(DecoderChild.Photo, jpeg2000, TakePixels);
            return picture ?? throw CardPortrait.Unreadable();
        }
    }

    /// <summary>Decodes the picture of a name and writes it anew, so that the reception only receives a small PNG that this program
    /// wrote.</summary>
    /// <param name="png">DF25.</param>
    /// <returns>1-bit greyscale PNG, which the caller disposes; null if it is not a picture of a name.</returns>
    public Secret? NamePng(Secret png)
    {
        if (png.Length is 0 or > NamePicture.MostBytes) return null;
        lock (_one) return Ask(DecoderChild.Name, png.Bytes, TakeBytes);
    }

    public void Dispose()
    {
        lock (_one)
        {
            _isDisposed = true;
            _retry?.Dispose();
            Drop();
        }
    }

    /// <returns>Null if the child refused, died or took too long. It is then replaced.</returns>
    private T? Ask<T>(byte kind, ReadOnlySpan<byte> picture, Func<Stream, T?> take)
        where T : class
    {
        if (_isDisposed || EnsureChild() is not { } child) return null;
        bool isWell = false;
        // Killing the child ends a read that waits, so no call here can hang.
        using ITimer limit = time.CreateTimer(_ => child.End(), null, options.Picture, Timeout.InfiniteTimeSpan);
        try
        {
            Span<byte> header = stackalloc byte[5];
            header[0] = kind;
            BinaryPrimitives.WriteInt32LittleEndian(header[1..], picture.Length);
            Stream to = child.To;
            to.Write(header);
            to.Write(picture);
            to.Flush();
            T? taken = take(child.From);
            isWell = true;
            return taken;
        }
        catch (Exception dead) when (dead is IOException or EndOfStreamException or InvalidDataException)
        {
            return null;
        }
        finally
        {
            if (!isWell)
            {
                Drop();
                Start();
            }
        }
    }

    private static Mat? TakePixels(Stream from)
    {
        Span<byte> header = stackalloc byte[8];
        from.ReadExactly(header);
        int width = BinaryPrimitives.ReadInt32LittleEndian(header);
        int height = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        if (width == 0) return null;
        if (width is < 0 or > CardPortrait.MostSide || height is < 1 or > CardPortrait.MostSide) throw new InvalidDataException("decoder");
        Mat picture = new(height, width, MatType.CV_8UC3);
        try
        {
            from.ReadExactly(CardPortrait.Pixels(picture));
            return picture;
        }
        catch
        {
            picture.Dispose();
            throw;
        }
    }

    private static Secret? TakeBytes(Stream from)
    {
        Span<byte> header = stackalloc byte[4];
        from.ReadExactly(header);
        int length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length == 0) return null;
        if (length is < 0 or > NamePicture.MostBytes) throw new InvalidDataException("decoder");
        Secret bytes = new(length);
        try
        {
            from.ReadExactly(bytes.Fill(length));
            return bytes;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    private DecoderConnection? EnsureChild()
    {
        if (_child is { IsOpen: true }) return _child;
        Drop();
        try
        {
            DecoderConnection child = options.Socket is string socket
                ? DecoderConnection.Connect(socket)
                : DecoderConnection.Start(options.Command);
            _child = child;
            using ITimer limit = time.CreateTimer(_ => child.End(), null, options.Start, Timeout.InfiniteTimeSpan);
            if (IsReady(child.From))
            {
                Tell(answers: true);
                return child;
            }
        }
        catch (Exception missing)
            when (missing is System.ComponentModel.Win32Exception or SocketException or InvalidOperationException or IOException)
        {
            // The decoder cannot be started: the patient uses the PIN.
        }

        Drop();
        Tell(answers: false);
        return null;
    }

    /// <summary>A decoder that does not answer is tried again by itself, because the next picture may be hours away.</summary>
    private void Tell(bool answers)
    {
        _retry?.Dispose();
        _retry = answers ? null : time.CreateTimer(_ => Start(), null, Retry, Timeout.InfiniteTimeSpan);
        if (IsAnswering == answers) return;
        IsAnswering = answers;
        IsAnsweringChanged?.Invoke(answers);
    }

    private bool IsReady(Stream from)
    {
        int answer = from.ReadByte();
        if (answer != DecoderChild.ReadyNotConfined) return answer == DecoderChild.Ready;
        byte[] reason = new byte[Math.Max(0, from.ReadByte())];
        from.ReadExactly(reason);
        _notConfined.TrySetResult(string.Concat(Encoding.ASCII.GetString(reason).Where(c => c is >= ' ' and <= '~')));
        return true;
    }

    private void Drop()
    {
        _child?.Dispose();
        _child = null;
    }
}
