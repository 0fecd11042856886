using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Kiosk.Simulators.CardReader;
using static Kiosk.Tests.Cards.CardDeskFixture;

namespace Kiosk.Processes.Cards;

/// <summary>The card's side of VSC, with a host that sends what QEMU's ccid-card-passthru sends.</summary>
public sealed class VscSlotTests : IAsyncLifetime
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"kiosk-vsc-{Guid.NewGuid():N}.sock");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private VscSlot _cardSlot = null!;
    private Socket _host = null!;

    public async Task InitializeAsync()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen();
        Task<VscSlot> connecting = VscSlot.ConnectAsync(_path, TimeSpan.FromSeconds(90), TimeProvider.System);
        _host = await _listener.AcceptAsync();
        (int type, byte[] init) = await Receive();
        Assert.Equal((1, "VSCD"), (type, Encoding.ASCII.GetString(init, 0, 4)));
        await Send(1, [.. "VSCD"u8, 0, 0, 0, 2, 0, 0, 0, 0]);
        Assert.Equal(3, (await Receive()).Type);
        await Send(2, [0, 0, 0, 0]);
        _cardSlot = await connecting;
    }

    public Task DisposeAsync()
    {
        _cardSlot.Dispose();
        _host.Dispose();
        _listener.Dispose();
        File.Delete(_path);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_card_sends_its_ATR_answers_APDUs_and_is_removed()
    {
        VirtualCard card = Card("standard");
        using SlottedCard slot = new(card, LinkModel.None);
        await _cardSlot.InsertAsync(slot);
        (int type, byte[] atr) = await Receive();
        Assert.Equal((5, Convert.ToHexString(card.Atr)), (type, Convert.ToHexString(atr)));

        Assert.Equal("9000", await Transmit("00A4040C0AD392F000260100000001"));
        Assert.Equal("9000", await Transmit("00A4020C020018"));
        Assert.Equal("63C3", await Transmit("00200080"));
        Assert.Equal("9000", await Transmit("002000800431323334"));

        _cardSlot.Remove();
        Assert.Equal(6, (await Receive()).Type);
    }

    [Fact]
    public async Task A_card_inserted_again_has_forgotten_the_PIN_and_is_announced_to_a_reader_that_is_plugged_in_again()
    {
        VirtualCard card = Card("standard");
        using SlottedCard slot = new(card, LinkModel.None);
        await _cardSlot.InsertAsync(slot);
        await Receive();
        await Transmit("00A4040C0AD392F000260100000001");
        await Transmit("00A4020C020018");
        await Transmit("002000800431323334");
        _cardSlot.Announce();
        Assert.Equal(3, (await Receive()).Type);
        Assert.Equal(5, (await Receive()).Type);
        await Transmit("00A4040C0AD392F000260100000001");
        await Transmit("00A4020C020017");
        Assert.Equal("6982", await Transmit("802A008003010203" + "00"));
        _cardSlot.Remove();
    }

    [Fact]
    public async Task A_card_removed_by_a_fault_does_not_answer()
    {
        VirtualCard card = Card("standard");
        card.Faults = new CardFaults(PullAt: 1);
        using SlottedCard slot = new(card, LinkModel.None);
        await _cardSlot.InsertAsync(slot);
        await Receive();
        Assert.Equal("9000", await Transmit("00A4040C0AD392F000260100000001"));
        await Send(7, Convert.FromHexString("00A4020C020018"));
        Assert.Equal(6, (await Receive()).Type);
    }

    [Fact]
    public async Task The_failure_names_a_socket_without_a_listener_and_the_remedy()
    {
        IOException missing = await Assert.ThrowsAsync<IOException>(
            () => VscSlot.ConnectAsync(_path + ".none", TimeSpan.Zero, TimeProvider.System));
        Assert.Contains("-chardev socket", missing.Message, StringComparison.Ordinal);
    }

    private async Task<string> Transmit(string command)
    {
        await Send(7, Convert.FromHexString(command));
        (int type, byte[] response) = await Receive();
        Assert.Equal(7, type);
        return Convert.ToHexString(response);
    }

    private async Task Send(int type, byte[] payload)
    {
        byte[] message = new byte[12 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, type);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(8), payload.Length);
        payload.CopyTo(message, 12);
        await _host.SendAsync(message);
    }

    private async Task<(int Type, byte[] Payload)> Receive()
    {
        await using NetworkStream stream = new(_host, ownsSocket: false);
        byte[] header = new byte[12];
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));
        await stream.ReadExactlyAsync(header, patience.Token);
        byte[] payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(8))];
        await stream.ReadExactlyAsync(payload, patience.Token);
        return (BinaryPrimitives.ReadInt32BigEndian(header), payload);
    }
}
