using System.Globalization;
using System.Net.Http.Headers;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Arrivals;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Logging;
using Kiosk.ReceptionTerminal.Oqs;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Events;

/// <summary>
/// Tells the site's own systems of each arrival: as a signed JSON file, written once, and by a signed POST, repeated until it is taken. The
/// database notes what is delivered, so neither a restart nor a second reception tells it again. A receiver that took a POST whose answer
/// was lost sees the same id twice.
/// </summary>
/// <param name="secret">The shared key of the signatures, at least 16 bytes.</param>
internal sealed class ArrivalEvents(
    ArrivalEventOptions options, byte[] secret, ReceptionStore store, EligibilityQueries eligibility, string environment,
    ArrivalAnswers answers, ReceptionTroubles troubles, ChangeSignal changes, TimeProvider time, ILogger log) : IDisposable
{
    public const string SignatureHeader = "X-Kiosk-Signature", KeyHeader = "Idempotency-Key";

    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(5);

    /// <summary>A receiver that took the POST may be slow with its answer; the next arrival waits so long behind it.</summary>
    private static readonly TimeSpan s_answerTime = TimeSpan.FromSeconds(3);

    /// <summary>The patient number comes with the centre's answer; later than this the event goes without it.</summary>
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(options.CentreSeconds);

    // No redirect: what is signed for one address must not be posted to another.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly byte[] _ids = store.SecretOf("event-ids");
    private readonly HashSet<string> _delivered = new(StringComparer.Ordinal);
    private readonly AnswerFiles? _files = options.Folder is { } folder ? new(folder, store, answers, time, log) : null;
    private TimeSpan _pause = s_again;
    private bool _isBadLogged;

    public void Dispose() => _http.Dispose();

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(DeliverAllAsync(stop), _files?.RunAsync(stop) ?? Task.CompletedTask);

    private async Task DeliverAllAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Task next = changes.Next;
            try
            {
                await DeliverAsync(stop);
            }
            catch (Exception e) when (e is System.Data.Common.DbException or StartException or InvalidOperationException)
            {
                Log.EventTrouble(log, e.GetType().Name);
            }

            await Task.WhenAny(next, Task.Delay(_pause, time, stop));
        }
    }

    /// <summary>Delivers what is due; also for tests.</summary>
    internal async Task DeliverAsync(CancellationToken stop)
    {
        string trouble = "";
        _pause = s_again;
        IReadOnlyList<ArrivalRow> rows = store.Recent();
        answers.Keep(rows);
        foreach (ArrivalRow second in rows.Where(r => r.JoinedTo is not null)) answers.Tell(second);
        foreach (ArrivalRow row in rows.Where(r => r.JoinedTo is null))
        {
            if (!IsDue(row)) continue;
            ArrivalEvent arrival = ArrivalEvent.FromRow(row, eligibility.Find(row.No)?.Answer?.ReferenceNumber ?? "", environment, _ids);
            byte[] bytes = arrival.Bytes();
            string name = string.Create(CultureInfo.InvariantCulture, $"arrival_{row.No:D17}");
            if (options.Folder is { } folder && !IsDone(name))
                trouble = await WriteAsync(folder, row, name, bytes) ?? trouble;
            // In order: a receiver must not hear of the second before the first. The next round begins here again.
            if (options.Webhook is not { } hook || IsDone(name + ".post")) continue;
            if (await PostAsync(hook, row, arrival.Id, bytes, stop)) await NoteAsync(row.No, name + ".post");
            else
            {
                trouble = "受付の通知先（arrivals.webhook）が応答しません。通知は届くまで繰り返します。通知先とLANを確かめてください";
                break;
            }
        }

        troubles.Set("events", trouble);
    }

    private bool IsDue(ArrivalRow row)
    {
        if (row.IsByHand || eligibility.Centre is NoCentre || eligibility.Find(row.No)?.Answer is not null) return true;
        TimeSpan left = _patience - (time.GetUtcNow() - row.At);
        if (left < TimeSpan.Zero) return true;
        // Not a whole pause later: the site's answer must find the patient at the kiosk.
        if (left < _pause) _pause = left + TimeSpan.FromMilliseconds(10);
        return false;
    }

    private bool IsDone(string name)
    {
        if (_delivered.Contains(name)) return true;
        if (!store.IsNoted(name)) return false;
        _delivered.Add(name);
        return true;
    }

    private async Task NoteAsync(long no, string name)
    {
        await store.NoteAsync(no, name);
        _delivered.Add(name);
    }

    /// <returns>Null: written. Otherwise why not, for the page.</returns>
    private async Task<string?> WriteAsync(string folder, ArrivalRow row, string name, byte[] bytes)
    {
        try
        {
            Directory.CreateDirectory(folder);
            string file = Path.Combine(folder, name + ".json"), temporary = Path.Combine(folder, "writing-" + name);
            PlainFile.WriteNew(temporary, bytes);
            PlainFile.WriteNew(Path.Combine(folder, name + ".sig"), System.Text.Encoding.ASCII.GetBytes(ArrivalEvent.Sign(bytes, secret)));
            // Renamed before it is noted: a crash in between writes the same file again, with the same id.
            File.Move(temporary, file, overwrite: true);
            _files?.Expect();
            await NoteAsync(row.No, name);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.EventTrouble(log, e.GetType().Name);
            return "受付の通知ファイルを書けません。arrivals.folder のフォルダーと空き容量を確かめてください";
        }
    }

    private async Task<bool> PostAsync(string hook, ArrivalRow row, string id, byte[] bytes, CancellationToken stop)
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, hook) { Content = new ByteArrayContent(bytes) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
            request.Headers.Add(SignatureHeader, ArrivalEvent.Sign(bytes, secret));
            request.Headers.Add(KeyHeader, id);
            using HttpResponseMessage answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            if (answer.IsSuccessStatusCode)
            {
                // Before it is noted: the patient stands at the kiosk.
                await TakeAnswerAsync(row, answer, stop);
                return true;
            }

            Log.EventTrouble(log, "answer " + ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            Log.EventTrouble(log, e.GetType().Name);
        }

        return false;
    }

    /// <summary>The POST is delivered, whatever its answer holds.</summary>
    private async Task TakeAnswerAsync(ArrivalRow row, HttpResponseMessage from, CancellationToken stop)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(s_answerTime);
        bool isBad;
        try
        {
            byte[] bytes = new byte[AnswerJson.Longest + 1];
            await using Stream body = await from.Content.ReadAsStreamAsync(late.Token);
            int length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, late.Token);
            (Core.Reception.SiteAnswer? answer, isBad) = AnswerJson.Parse(bytes.AsMemory(0, length));
            if (answer is not null) answers.Put(row, answer);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            isBad = true;
        }

        if (isBad && !_isBadLogged) Log.AnswerNotUsed(log, "webhook");
        _isBadLogged |= isBad;
    }
}
