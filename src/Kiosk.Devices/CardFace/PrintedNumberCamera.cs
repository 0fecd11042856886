using System.Security.Cryptography;
using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.Devices.Camera;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Devices.CardFace;

/// <summary>
/// The camera above the tray: opened after a card was laid down, closed when the number is certain or cannot be read; then staff type
/// it. The digits are only in buffers that are zeroed.
/// </summary>
public sealed class PrintedNumberCamera(ICamera camera, TimeProvider time) : IPrintedNumberReader, IDisposable
{
    /// <summary>Limit of all frames, including dark and empty ones: about 1.5 s. Counted, not timed, because a busy machine gets fewer
    /// frames a second.</summary>
    private const int MostFrames = 30;

    private readonly CardFaceReader _reader = new();
    private readonly CameraFrame _frame = new();
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <inheritdoc/>
    public TrayContent? LastSeen { get; private set; }

    /// <inheritdoc/>
    /// <remarks>If the camera is missing or in use, the number is not read; the visit continues.</remarks>
    public async Task<Secret?> ReadAsync(CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            await using ICameraStream stream = await camera.OpenAsync(stop);
            // Run on another thread: a frame takes about 20 ms of one core.
            return await Task.Run(() => LookAsync(stream, stop), stop);
        }
        catch (FailureException missing) when (missing.Failure is Failure.CameraMissing or Failure.CameraBusy)
        {
            LastSeen = null;
            return null;
        }
        finally
        {
            _reader.Clear();
            _frame.Clear();
            _one.Release();
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _frame.Dispose();
        _one.Dispose();
    }

    private async Task<Secret?> LookAsync(ICameraStream stream, CancellationToken stop)
    {
        using NumberVote vote = new();
        byte[] number = GC.AllocateArray<byte>(PrintedFields.Digits, pinned: true);
        LastSeen = TrayContent.Nothing;
        try
        {
            int thisYear = JapanTime.At(time.GetUtcNow()).Year;
            for (int seen = 0, looked = 0; seen < MostFrames && looked < NumberVote.MostFrames && !vote.IsContradicted; seen++)
            {
                await stream.NextAsync(_frame, stop);
                using Mat picture = Pixels.View(_frame.Bgr, CameraFrame.Width, CameraFrame.Height);
                TrayContent view = _reader.Read(picture, thisYear, number);
                if (view > LastSeen) LastSeen = view;
                // Do not count dark frames while the exposure settles.
                if (view != TrayContent.Nothing) looked++;
                if (!vote.Add(view, number)) continue;
                Secret sure = new(PrintedFields.Digits);
                vote.Number.CopyTo(sure.Fill(PrintedFields.Digits));
                return sure;
            }

            // Frames with different numbers count as not readable.
            if (LastSeen == TrayContent.Read) LastSeen = TrayContent.Unsure;
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(number);
        }
    }
}
