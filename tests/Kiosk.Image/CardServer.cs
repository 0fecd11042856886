using System.Diagnostics;

namespace Kiosk.Image;

/// <summary>The lab's virtual cards on the machine's USB card reader.</summary>
public sealed class CardServer : IDisposable
{
    public const string Program = "Kiosk.Lab/debug/kiosk-lab.dll";

    private readonly Process _process;

    /// <param name="machine">Runs, started with <c>--card</c>.</param>
    /// <param name="hierarchy">Folder for the keys of the cards.</param>
    /// <param name="trust">Folder for the trust anchors; they are written when this returns.</param>
    public CardServer(Machine machine, string hierarchy, string trust)
    {
        string line = Path.Combine(machine.Home, "card");
        _process = Product.Start(Program, machine.Home, "card", "serve", "--vsc", line, "--hierarchy", hierarchy, "--trust", trust);
        // Its first answer means that it is connected and that the trust anchors are written.
        string? answer = _process.StandardOutput.ReadLine();
        bool started = answer?.Contains("\"ok\":true", StringComparison.Ordinal) == true;
        Assert.True(started, $"card serve: {answer ?? _process.StandardError.ReadToEnd()}");
    }

    /// <param name="card">A card of <c>kiosk-lab card list</c>.</param>
    public void Insert(string card) => Order($"insert {card}");

    public void Pull() => Order("pull");

    private void Order(string order)
    {
        _process.StandardInput.WriteLine(order);
        Assert.Contains("\"ok\":true", _process.StandardOutput.ReadLine(), StringComparison.Ordinal);
    }

    public void Dispose() => Product.End(_process);
}
