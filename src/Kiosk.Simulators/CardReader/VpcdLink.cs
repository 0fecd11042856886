using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Kiosk.Simulators.CardReader;

/// <summary>
/// A card on vpcd's virtual reader. Each message on the TCP connection is a 2-byte length and a payload. A payload of one byte is
/// control (0 power off, 1 power on, 2 reset, 4 send the ATR), everything else is an APDU. Closing the connection removes the card
/// (src/Kiosk.Devices/CardReader/README.md, "Facts about PC/SC and the virtual reader").
/// </summary>
internal sealed class VpcdLink : IDisposable
{
    /// <summary>Port of vpcd's first slot, the default of its configuration (0x8C7B).</summary>
    public const int Port = 35963;

    private const int TcpLevel = 6;
    private const int TcpQuickAck = 12;

    private readonly Socket _socket;
    private readonly SlottedCard _slot;
    private readonly Thread _thread;

    private VpcdLink(Socket socket, SlottedCard slot)
    {
        _socket = socket;
        _slot = slot;
        _thread = new Thread(Serve) { IsBackground = true, Name = "virtual card" };
        _thread.Start();
    }

    /// <exception cref="SocketException">vpcd does not listen.</exception>
    public static async Task<VpcdLink> ConnectAsync(SlottedCard slot, CancellationToken stop)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), stop);
            return new(socket, slot);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Removes the card, also during a command.</summary>
    public void Dispose()
    {
        _slot.Leave();
        _socket.Dispose();
        _thread.Join();
        _slot.Card.PowerOff();
    }

    private void Serve()
    {
        byte[] buffer = new byte[ushort.MaxValue + 2];
        try
        {
            while (true)
            {
                Receive(buffer.AsSpan(0, 2));
                int length = BinaryPrimitives.ReadUInt16BigEndian(buffer);
                Receive(buffer.AsSpan(0, length));
                byte[]? answer = length == 1 ? Control(buffer[0]) : Apdu(buffer.AsMemory(0, length));
                if (answer is null) continue;
                byte[] message = new byte[answer.Length + 2];
                BinaryPrimitives.WriteUInt16BigEndian(message, (ushort)answer.Length);
                answer.CopyTo(message, 2);
                _socket.Send(message);
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or EndOfStreamException)
        {
            // The reader or the card was removed. Nobody waits for an answer.
        }
        finally
        {
            // If a fault removed the card, close the connection, so that vpcd reports the removal.
            _socket.Dispose();
        }
    }

    private byte[]? Control(byte code)
    {
        switch (code)
        {
            case 0: _slot.Card.PowerOff(); return null;
            case 1: _slot.Card.PowerOn(); return null;
            case 2: _slot.Card.Reset(); return null;
            case 4: return _slot.Card.Atr;
            default: return null;
        }
    }

    private byte[]? Apdu(ReadOnlyMemory<byte> command)
    {
        switch (_slot.Answer(command, out byte[] response))
        {
            case CardAnswer.Given:
                return response;
            case CardAnswer.Gone:
                throw new EndOfStreamException();
            default:
                // No answer is sent. The card stays on the reader until it is removed.
                _slot.Left.WaitOne();
                return null;
        }
    }

    private void Receive(Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int got = _socket.Receive(destination, SocketFlags.None);
            if (got == 0) throw new EndOfStreamException();
            destination = destination[got..];
            // vpcd 3.3 sends length and data separately. Without TCP_QUICKACK, Nagle's algorithm waits for the delayed ACK: 44 ms per
            // APDU. Linux clears the option, so it is set again after every receive.
            if (OperatingSystem.IsLinux()) _socket.SetRawSocketOption(TcpLevel, TcpQuickAck, [1, 0, 0, 0]);
        }
    }
}
