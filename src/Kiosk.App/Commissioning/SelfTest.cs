using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kiosk.App.Board;
using Kiosk.Core;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.Devices.AmbientLight;
using Kiosk.Devices.Board;
using Kiosk.Devices.Camera;
using Kiosk.Devices.Camera.Bench;
using Kiosk.Devices.Light;
using Kiosk.Devices.Presence;
using Kiosk.Devices.Tamper;
using Kiosk.Devices.TicketPrinter;

namespace Kiosk.App.Commissioning;

/// <summary>
/// `kiosk selftest`: checks every part of the kiosk once; a fault has its failure and remedy from the catalogue. Sends nothing to a card.
/// </summary>
internal sealed class SelfTest(SelfTestParts parts, TimeProvider time)
{
    /// <summary>A month: renewing by hand needs a visit of a technician.</summary>
    private const int FewestCertificateDays = 30;

    private const long FewestFreeBytes = 200L << 20;

    /// <summary>Runs all checks one after the other.</summary>
    /// <param name="report">Called after each check.</param>
    public async Task<IReadOnlyList<SelfCheck>> RunAsync(Action<SelfCheck> report, CancellationToken stop)
    {
        List<SelfCheck> checks = [];
        await Check("clock", "時計", Clock);
        await Check("storage", "保存領域", Storage);
        await Check("certificate", "証明書", Certificate);
        await Check("network", "ネットワーク", Network);
        await Check("reception", "受付端末との接続", parts.Link);
        await Check("card-trust", "カードの信頼の起点", Plain(parts.TrustAnchors));
        await Check("reader", "カードリーダー", Plain(parts.Reader));
        await Check("face-models", "顔認証モデル", Plain(parts.Models));
        await Check("camera", "カメラ", Camera);
        if (parts.TicketPrinter is { } printer) await Check("ticket-printer", "番号の紙のプリンター", token => Printer(printer, token));
        foreach (DeviceEntry entry in parts.Devices)
            await Check(entry.Class, DeviceProfile.ForClass(entry.Class).Japanese, token => Board(entry, token));
        return checks;

        async Task Check(string name, string japanese, Func<CancellationToken, Task<string>> look)
        {
            long since = time.GetTimestamp();
            Failure? why = null;
            string detail;
            try
            {
                detail = await look(stop);
            }
            catch (FailureException failure)
            {
                (why, detail) = (failure.Failure, failure.Detail);
            }
            SelfCheck check = new(name, japanese, why, detail, Math.Round(time.GetElapsedTime(since).TotalMilliseconds, 1));
            checks.Add(check);
            report(check);
        }
    }

    private static Func<CancellationToken, Task<string>> Plain(Func<string> look) => _ => Task.Run(look);

    /// <summary>Only a coarse check. The link compares with the reception's clock and refuses a difference.</summary>
    private Task<string> Clock(CancellationToken stop)
    {
        DateTimeOffset now = time.GetUtcNow();
        string told = $"{JapanTime.At(now):yyyy-MM-dd HH:mm:ss} JST";
        return now.Year >= 2026 ? Task.FromResult(told) : throw new FailureException(Failure.ClockWrong, told);
    }

    private async Task<string> Storage(CancellationToken stop)
    {
        string probe = Path.Combine(parts.Folder, $".selftest-{Environment.ProcessId}");
        try
        {
            await File.WriteAllTextAsync(probe, "", stop);
            File.Delete(probe);
            long free = new DriveInfo(Path.GetFullPath(parts.Folder)).AvailableFreeSpace;
            return free >= FewestFreeBytes ? $"空き {free >> 20:#,0} MiB"
                : throw new FailureException(Failure.JournalBroken, $"{parts.Folder}: 空き {free >> 20} MiB（{FewestFreeBytes >> 20} MiB 必要）");
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(Failure.JournalBroken, parts.Folder, wrong);
        }
    }

    private Task<string> Certificate(CancellationToken stop)
    {
        try
        {
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(parts.Certificate);
            double days = (certificate.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime).TotalDays;
            string found = $"{parts.KioskId}、期限 {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}（あと {days:0} 日）、SHA-256 "
                + $"{certificate.GetCertHashString(HashAlgorithmName.SHA256)[..16]}…";
            return days >= FewestCertificateDays ? Task.FromResult(found)
                : throw new FailureException(Failure.CertificateFileBroken, $"{found}: 残りが {FewestCertificateDays} 日より短い");
        }
        catch (Exception wrong) when (wrong is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new FailureException(Failure.CertificateFileBroken, parts.Certificate, wrong);
        }
    }

    private async Task<string> Network(CancellationToken stop)
    {
        long since = time.GetTimestamp();
        try
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(TimeSpan.FromSeconds(5));
            using TcpClient client = new();
            await client.ConnectAsync(parts.Reception.Host, parts.Reception.Port, patience.Token);
            return $"{parts.Reception.Authority} へ {time.GetElapsedTime(since).TotalMilliseconds:0} ms で接続";
        }
        catch (Exception wrong) when (wrong is SocketException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            throw new FailureException(Failure.ReceptionUnreachable, parts.Reception.Authority, wrong);
        }
    }

    private async Task<string> Camera(CancellationToken stop)
    {
        PictureMeter meter = new();
        PictureFigures figures = default;
        using CameraFrame frame = new();
        long since = time.GetTimestamp();
        await using ICameraStream stream = await parts.Camera.OpenAsync(stop);
        double opened = time.GetElapsedTime(since).TotalMilliseconds;
        // After 30 frames, about one second, the exposure has settled.
        for (int i = 0; i < 30; i++)
        {
            await stream.NextAsync(frame, stop);
            figures = meter.Measure(frame.Bgr);
        }
        return $"{parts.Camera.Name}：開始 {opened:0} ms、明るさ {figures.Luma:0}/255、鮮明さ {figures.Sharpness:0.000}、白黒のつぶれ "
            + $"{figures.ClippedPercent:0.0} %";
    }

    /// <summary>Asks for paper and cover, and prints nothing.</summary>
    private static async Task<string> Printer(ITicketPrinter printer, CancellationToken stop)
    {
        await printer.CheckAsync(stop);
        return $"{printer.Name}：紙あり、カバー閉";
    }

    private async Task<string> Board(DeviceEntry entry, CancellationToken stop)
    {
        switch (entry.Class)
        {
            case DeviceClass.StatusLight:
                using (IStatusLight light = parts.Board.Light(entry))
                {
                    light.Show(0, 64, 0);
                    await Task.Delay(TimeSpan.FromMilliseconds(300), time, stop);
                    return "緑を 0.3 秒点灯";
                }
            case DeviceClass.Sound:
                using (Devices.Sound.ISounder sounder = parts.Board.Sounder(entry))
                    await sounder.PlayAsync(LightAndSound.Notes(new Signal(Lamp.Off, Tone.Done)), stop);
                return "2 音を再生";
            case DeviceClass.Presence:
                using (IPresence presence = parts.Board.Presence(entry)) return presence.IsSomebodyThere ? "人がいる" : "人がいない";
            case DeviceClass.AmbientLight:
                using (IAmbientLight light = parts.Board.AmbientLight(entry))
                    return await light.ReadLuxAsync(stop) is double lux ? $"{lux:0} lx" : "測定範囲より明るい";
            case DeviceClass.Temperature:
                return parts.Board.Thermometer(entry)
                    .TryRead(out double celsius) ? celsius <= 80 ? $"{celsius:0.0} °C"
                    : throw new FailureException(Failure.TooHot, $"{celsius:0.0} °C")
                    : throw new FailureException(Failure.BoardDeviceMissing, "temperature");
            case DeviceClass.Tamper:
                using (ITamperSwitch tamper = parts.Board.Tamper(entry))
                    return tamper.IsOpen ? throw new FailureException(Failure.TamperOpened, entry.Address) : "閉";
            case DeviceClass.Watchdog:
                // Opening a real watchdog starts its timer, so only check that the device exists.
                string node = entry.Address.Length > 0 ? entry.Address : "/dev/watchdog";
                return entry.Driver == Benches.BenchDesk.SimulatedDriver || File.Exists(node) ? $"{node} あり"
                    : throw new FailureException(Failure.BoardDeviceMissing, node);
            default:
                return "ここでは確認しない";
        }
    }
}
