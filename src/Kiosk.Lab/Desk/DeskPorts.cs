using System.Net;
using System.Net.Sockets;
using Kiosk.Core.Failures;

namespace Kiosk.Lab.Desk;

/// <summary>The loopback ports of the pages of a simulated desk; 0: any free port.</summary>
internal sealed record DeskPorts(int Screen, int Simulator, int Reception)
{
    /// <summary>The largest number that leaves room for the two others.</summary>
    public const int Largest = 65533;

    /// <summary>Further than a few desks on one machine.</summary>
    private const int Tries = 50;

    /// <summary>Three ports in a row that are free now: from <paramref name="first"/>, or the next after it.</summary>
    /// <param name="first">0: any.</param>
    /// <exception cref="FailureException">ConfigBroken: none is free, or this user may not open it.</exception>
    public static DeskPorts From(int first)
    {
        if (first == 0) return new(0, 0, 0);
        for (int port = first; port < first + Tries && port <= Largest; port++)
            if (IsFree(port) && IsFree(port + 1) && IsFree(port + 2)) return new(port, port + 1, port + 2);
        throw new FailureException(
            Failure.ConfigBroken, $"--port {first}: no three free ports in a row from there; give another one, or 0 for any");
    }

    private static bool IsFree(int port)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen();
            return true;
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
        catch (SocketException refused)
        {
            throw new FailureException(
                Failure.ConfigBroken, $"--port: port {port} cannot be opened ({refused.SocketErrorCode}); give one from 1024", refused);
        }
    }
}
