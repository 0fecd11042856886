using Kiosk.Devices.Camera;
using OpenCvSharp;

namespace Kiosk.Simulators.CardFace;

/// <summary>The camera above the tray of a desk that has none: draws the card that lies there, as slow as a real camera.</summary>
/// <param name="print">What is printed on the card now on the tray; null: no card, or one without print.</param>
public sealed class SimulatedTrayCamera(Func<CardPrint?> print, TimeProvider time) : ICamera
{
    private static readonly TimeSpan OpenTime = TimeSpan.FromMilliseconds(200);

    public string Name => "simulated tray camera";

    /// <summary>How the card lies; may change while it runs.</summary>
    public TrayLook Look { get; set; } = new(Turn: 2, X: 4, Y: -6);

    public bool Unplugged { get; set; }

    public async Task<ICameraStream> OpenAsync(CancellationToken stop)
    {
        if (Unplugged) throw CameraFault.Missing(Name);
        await Task.Delay(OpenTime, time, stop);
        (CardPrint? Print, Mat? Front) drawn = default;
        return new DrawnStream(Name, (_, frame) => drawn = Draw(drawn, frame), time, () => drawn.Front?.Dispose());
    }

    private (CardPrint? Print, Mat? Front) Draw((CardPrint? Print, Mat? Front) drawn, Mat frame)
    {
        if (Unplugged) throw CameraFault.Missing($"{Name}: unplugged");
        CardPrint? now = FontGlyphs.Installed.Count > 0 ? print() : null;
        if (now != drawn.Print)
        {
            drawn.Front?.Dispose();
            drawn = (now, now is null ? null : CardDrawing.Front(now, FontGlyphs.Installed[0]));
        }

        TrayScene.Draw(drawn.Front, Look, frame);
        return drawn;
    }
}
