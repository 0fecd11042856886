using System.Net.Sockets;

namespace Kiosk.Simulators.CardReader;

/// <summary>vpcd's first slot. An inserted card is one TCP connection.</summary>
internal sealed class VpcdSlot(TimeProvider time) : ICardSlot
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
                // pcscd accepts clients before the driver listens, so try again for some time.
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
