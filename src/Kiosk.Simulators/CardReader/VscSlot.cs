using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Kiosk.Simulators.CardReader;

/// <summary>
/// A USB card reader in a QEMU guest: <c>usb-ccid</c> with <c>ccid-card-passthru</c>, whose character device is a Unix socket
/// that QEMU serves. Messages of vscard_common.h: type, reader id and length, three u32 big-endian, then the payload
/// (src/Kiosk.Devices/CardReader/README.md, "Facts about PC/SC and the virtual reader"). VSC never reports a loss of power to the
/// card, so the card is powered on again whenever it is inserted.
/// </summary>
internal sealed class VscSlot : ICardSlot
{
    private const int Init = 1;
    private const int Error = 2;
    private const int ReaderAdd = 3;
    private const int Atr = 5;
    private const int CardRemove = 6;
    private const int Apdu = 7;
    private const int Flush = 8;
    private const int FlushComplete = 9;
    private const uint NoReader = 0xFFFFFFFF;
    private const int LongestPayload = 70_000;

    private readonly Socket _socket;
    private readonly Thread _thread;
    private readonly Lock _sending = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile SlottedCard? _card;

    private VscSlot(Socket socket)
    {
        _socket = socket;
        _thread = new Thread(Serve) { IsBackground = true, Name = "virtual card (VSC)" };
        _thread.Start();
    }

    /// <summary>Connects to QEMU and adds the reader; returns when QEMU has accepted it.</summary>
    /// <exception cref="IOException">Nobody serves the socket within the given time, or the peer is not a VSC host.</exception>
    public static async Task<VscSlot> ConnectAsync(string path, TimeSpan patience, TimeProvider time)
    {
        long since = time.GetTimestamp();
        Socket socket;
        while (true)
        {
            socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
                break;
            }
            catch (SocketException refused)
            {
                socket.Dispose();
                if (time.GetElapsedTime(since) > patience)
                    throw new IOException($"nobody serves {path}: start QEMU with -chardev socket,id=ccid,path={path},server=on,wait=off",
                    refused);
                await Task.Delay(TimeSpan.FromMilliseconds(100), time);
            }
        }

        VscSlot slot = new(socket);
        try
        {
            slot.Send(Init, NoReader, [.. "VSCD"u8, 0, 0, 0, 2, 0, 0, 0, 0]);
            await slot._ready.Task.WaitAsync(patience, time);
            return slot;
        }
        catch (TimeoutException silent)
        {
            slot.Dispose();
            throw new IOException($"{path} is served, but not by a VSC host (ccid-card-passthru)", silent);
        }
    }

    public Task InsertAsync(SlottedCard card)
    {
        card.Card.PowerOn();
        _card = card;
        Send(Atr, 0, card.Card.Atr);
        return Task.CompletedTask;
    }

    public void Remove()
    {
        if (_card is not { } card) return;
        _card = null;
        card.Leave();
        Send(CardRemove, 0, []);
        card.Card.PowerOff();
    }

    /// <summary>
    /// After <c>device_del</c> and <c>device_add</c> of the reader in QEMU: adds the reader again, with the inserted card.
    /// </summary>
    public void Announce()
    {
        Send(ReaderAdd, NoReader, Encoding.ASCII.GetBytes("Kiosk virtual reader"));
        if (_card is not { } card) return;
        card.Card.PowerOn();
        Send(Atr, 0, card.Card.Atr);
    }

    public void Dispose()
    {
        if (_card is { } card) card.Leave();
        _socket.Dispose();
        _thread.Join();
    }

    private void Serve()
    {
        byte[] buffer = new byte[LongestPayload];
        try
        {
            while (true)
            {
                Receive(buffer.AsSpan(0, 12));
                int type = BinaryPrimitives.ReadInt32BigEndian(buffer);
                uint reader = BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(4));
                int length = BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(8));
                if (length is < 0 or > LongestPayload) throw new EndOfStreamException();
                Receive(buffer.AsSpan(0, length));
                Take(type, reader, buffer.AsMemory(0, length));
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or EndOfStreamException or IOException)
        {
            // QEMU ended, or this object is disposed. Nobody waits for an answer.
            _ready.TrySetException(new IOException("QEMU closed the card's connection", gone));
        }
    }

    private void Take(int type, uint reader, ReadOnlyMemory<byte> payload)
    {
        switch (type)
        {
            case Init:
                Send(ReaderAdd, NoReader, Encoding.ASCII.GetBytes("Kiosk virtual reader"));
                break;
            case Error when payload.Length >= 4 && BinaryPrimitives.ReadInt32BigEndian(payload.Span) == 0:
                _ready.TrySetResult();
                break;
            case Error:
                _ready.TrySetException(new IOException("QEMU refused the reader"));
                break;
            case Apdu when _card is { } card:
                Answer(card, reader, payload);
                break;
            case Flush:
                Send(FlushComplete, reader, []);
                break;
            default:
                break;
        }
    }

    private void Answer(SlottedCard card, uint reader, ReadOnlyMemory<byte> command)
    {
        switch (card.Answer(command, out byte[] response))
        {
            case CardAnswer.Given:
                Send(Apdu, reader, response);
                break;
            case CardAnswer.Gone:
                Remove();
                break;
            default:
                // No answer is sent. The guest's driver gives up after its own time limit.
                card.Left.WaitOne();
                break;
        }
    }

    private void Send(int type, uint reader, ReadOnlySpan<byte> payload)
    {
        byte[] message = new byte[12 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, type);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), reader);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(8), payload.Length);
        payload.CopyTo(message.AsSpan(12));
        try
        {
            lock (_sending) _socket.Send(message);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            throw new IOException("QEMU has closed the connection", gone);
        }
    }

    private void Receive(Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int got = _socket.Receive(destination, SocketFlags.None);
            if (got == 0) throw new EndOfStreamException();
            destination = destination[got..];
        }
    }
}
