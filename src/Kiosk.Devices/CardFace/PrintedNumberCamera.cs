using System.Security.Cryptography;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Devices.Camera;
using Kiosk.Devices.Pictures;
using OpenCvSharp;

namespace Kiosk.Devices.CardFace;

/// <summary>
/// The camera above the tray: opened when a card was laid down, closed as soon as the number is sure or given up; then
/// staff type it. The digits live in zeroed buffers only.
/// </summary>
public sealed class PrintedNumberCamera(ICamera camera, TimeProvider time) : IPrintedNumberReader, IDisposable
{
    /// <summary>Frames in all, dark and empty ones too: some 1.5 s. Counted, not timed: a busy machine sees fewer a second.</summary>
    private const int MostFrames = 30;

    private readonly CardFaceReader _reader = new();
    private readonly CameraFrame _frame = new();
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <inheritdoc/>
    public TrayContent? LastSeen { get; private set; }

    /// <inheritdoc/>
    /// <remarks>A camera that is missing or in use is a number not read, no failure of the visit.</remarks>
    public async Task<Secret?> ReadAsync(CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            await using ICameraStream stream = await camera.OpenAsync(stop);
            // Off the caller's thread: a frame takes some 20 ms of one core.
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
                // Dark frames while the exposure settles are no looks.
                if (view != TrayContent.Nothing) looked++;
                if (!vote.Add(view, number)) continue;
                Secret sure = new(PrintedFields.Digits);
                vote.Number.CopyTo(sure.Fill(PrintedFields.Digits));
                return sure;
            }

            // Frames that say different numbers were not read for sure.
            if (LastSeen == TrayContent.Read) LastSeen = TrayContent.Unsure;
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(number);
        }
    }
}
