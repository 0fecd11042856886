using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Kiosk.Windows.SmartCards;

/// <summary>The other end of <c>Shim/winscard.c</c>, where the bytes on the wire are described.</summary>
internal sealed class SmartCardServer : IDisposable
{
    private readonly SmartCardService _service;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private ulong _processes;

    public SmartCardServer(SmartCardService service)
    {
        _service = service;
        _listener.Start(backlog: 64);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        new Thread(Accept) { IsBackground = true, Name = "smart-card server" }.Start();
    }

    public int Port { get; }

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                TcpClient client = _listener.AcceptTcpClient();
                client.NoDelay = true;
                // A call may block as long as a silent card lies there, so each has a thread.
                new Thread(() => Serve(client)) { IsBackground = true, Name = "smart-card call" }.Start();
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private void Serve(TcpClient client)
    {
        ulong process = 0;
        try
        {
            using TcpClient owned = client;
            using BinaryReader input = new(client.GetStream());
            using BinaryWriter output = new(client.GetStream());
            while (true)
            {
                byte[] request = input.ReadBytes(input.ReadInt32());
                using BinaryReader fields = new(new MemoryStream(request));
                byte[] answer = fields.ReadByte() is var operation && operation == 1
                    ? Answer(0, w => w.Write(process = Interlocked.Increment(ref _processes))) : Call(operation, fields);
                output.Write(answer.Length);
                output.Write(answer);
            }
        }
        catch (Exception ended) when (ended is IOException or SocketException or ObjectDisposedException)
        {
            // The call or the process has ended.
        }
        finally
        {
            if (process != 0) _service.ProcessEnded(process);
        }
    }

    private byte[] Call(byte operation, BinaryReader r)
    {
        ulong of = r.ReadUInt64();
        switch (operation)
        {
            case 2:
                uint code = _service.Establish(of, out ulong context);
                return Answer(code, w => w.Write(context));
            case 3:
                return Answer(_service.Release(of));
            case 4:
                code = _service.List(of, out string[] names);
                return Answer(code, w => Bytes(w, Encoding.Unicode.GetBytes(string.Concat(names.Select(n => n + '\0')) + '\0')));
            case 5:
                uint timeout = r.ReadUInt32();
                (string, uint)[] known = new (string, uint)[r.ReadInt32()];
                for (int i = 0; i < known.Length; i++) known[i] = (Text(r), r.ReadUInt32());
                code = _service.Change(of, timeout, known, out (uint State, byte[] Atr)[] seen);
                return Answer(code, w =>
                {
                    w.Write(seen.Length);
                    foreach ((uint state, byte[] atr) in seen)
                    {
                        w.Write(state);
                        Bytes(w, atr);
                    }
                });
            case 6:
                return Answer(_service.Cancel(of));
            case 7:
                code = _service.Connect(of, Text(r), r.ReadUInt32(), r.ReadUInt32(), out ulong card, out uint protocol);
                return Answer(code, w =>
                {
                    w.Write(card);
                    w.Write(protocol);
                });
            case 8:
                code = _service.Reconnect(of, r.ReadUInt32(), r.ReadUInt32(), r.ReadUInt32(), out protocol);
                return Answer(code, w => w.Write(protocol));
            case 9:
                return Answer(_service.Disconnect(of, r.ReadUInt32()));
            case 10:
                return Answer(_service.Begin(of));
            case 11:
                return Answer(_service.End(of, r.ReadUInt32()));
            case 12:
                code = _service.Transmit(of, r.ReadUInt32(), r.ReadBytes(r.ReadInt32()), out byte[] response);
                return Answer(code, w => Bytes(w, response));
            case 13:
                code = _service.Status(of, out string name, out uint state, out byte[] atr);
                return Answer(code, w =>
                {
                    Bytes(w, Encoding.Unicode.GetBytes(name + "\0\0"));
                    w.Write(state);
                    w.Write(2u);
                    Bytes(w, atr);
                });
            case 14:
                return Answer(_service.Valid(of));
            case 15:
                code = _service.Attribute(of, r.ReadUInt32(), out byte[] value);
                return Answer(code, w => Bytes(w, value));
            default:
                return Answer(ScardCode.InvalidParameter);
        }
    }

    private static string Text(BinaryReader r) => Encoding.Unicode.GetString(r.ReadBytes(r.ReadInt32()));

    private static void Bytes(BinaryWriter w, byte[] bytes)
    {
        w.Write(bytes.Length);
        w.Write(bytes);
    }

    private static byte[] Answer(uint code, Action<BinaryWriter>? fields = null)
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes);
        writer.Write(code);
        fields?.Invoke(writer);
        return bytes.ToArray();
    }
}
