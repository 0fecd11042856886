using System.Diagnostics;
using System.Net.Sockets;

namespace Kiosk.Devices.PictureDecoder;

/// <summary>The two byte streams to one decoder, and how it is ended. Dispose ends the decoder.</summary>
internal sealed class DecoderConnection : IDisposable
{
    private readonly Process? _process;
    private readonly Socket? _socket;

    private DecoderConnection(Process process)
    {
        _process = process;
        (To, From) = (process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
    }

    private DecoderConnection(Socket socket)
    {
        _socket = socket;
        To = From = new NetworkStream(socket, ownsSocket: false);
    }

    public Stream To { get; }

    public Stream From { get; }

    public bool IsOpen => _process is not null ? !_process.HasExited : IsConnected(_socket!);

    /// <summary>Null for a decoder that another program started.</summary>
    public int? ProcessId => _process?.Id;

    /// <summary>Starts a decoder as a child of this program, with its user.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static DecoderConnection Start(IReadOnlyList<string> command)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["OPENCV_LOG_LEVEL"] = "SILENT"; // a damaged picture must not fill the kiosk's log
        return new(Process.Start(start) ?? throw new InvalidOperationException());
    }

    /// <summary>Connects to a socket whose owner starts one decoder for each connection (systemd, Accept=yes).</summary>
    /// <param name="path">A Unix socket.</param>
    /// <exception cref="SocketException">Nobody listens there, or this user may not connect.</exception>
    public static DecoderConnection Connect(string path)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return new(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Ends a read that waits. Any thread; also after Dispose.</summary>
    public void End()
    {
        try
        {
            _process?.Kill();
            _socket?.Shutdown(SocketShutdown.Both);
        }
        catch (Exception gone) when (gone is InvalidOperationException or System.ComponentModel.Win32Exception or SocketException)
        {
            // The decoder ended by itself, or was disposed meanwhile.
        }
    }

    public void Dispose()
    {
        End();
        _process?.Dispose();
        _socket?.Dispose();
    }

    /// <summary>The decoder writes only when it is asked: something to read now is the end of the connection.</summary>
    private static bool IsConnected(Socket socket)
    {
        try
        {
            return !socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
