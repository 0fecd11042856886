using System.Net.Sockets;

namespace Kiosk.Simulators.CardReader;

/// <summary>vpcd's first slot: a card that lies there is one TCP connection.</summary>
internal sealed class VpcdPlace(TimeProvider time) : ICardPlace
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private VpcdLink? _link;

    public async Task InsertAsync(SlottedCard card)
    {
        long since = time.GetTimestamp();
        while (true)
        {
            try
            {
                _link = await VpcdLink.ConnectAsync(card, CancellationToken.None);
                return;
            }
            catch (SocketException refused)
            {
                // pcscd answers its clients before the driver listens.
                if (time.GetElapsedTime(since) > Patience) throw new IOException("vpcd does not listen", refused);
                await Task.Delay(TimeSpan.FromMilliseconds(10), time);
            }
        }
    }

    public void Remove()
    {
        _link?.Dispose();
        _link = null;
    }

    public void Dispose() => Remove();
}
