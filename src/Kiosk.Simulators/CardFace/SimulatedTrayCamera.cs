using Kiosk.Devices.Camera;
using OpenCvSharp;

namespace Kiosk.Simulators.CardFace;

/// <summary>A simulated camera above the tray. It draws the card on the tray, with the delays of a real camera.</summary>
/// <param name="print">Printed data of the card on the tray. Null: no card, or a card without print.</param>
public sealed class SimulatedTrayCamera(Func<CardPrint?> print, TimeProvider time) : ICamera
{
    private static readonly TimeSpan OpenTime = TimeSpan.FromMilliseconds(200);

    public string Name => "simulated tray camera";

    /// <summary>Position and light of the card. It may change while the camera runs.</summary>
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
