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
    ReceptionTroubles troubles, ChangeSignal changes, TimeProvider time, ILogger log) : IDisposable
{
    public const string SignatureHeader = "X-Kiosk-Signature", KeyHeader = "Idempotency-Key";

    /// <summary>The patient number comes with the centre's answer; later than this the event goes without it.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(5);

    // No redirect: what is signed for one address must not be posted to another.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly byte[] _ids = store.SecretOf("event-ids");
    private readonly HashSet<string> _delivered = new(StringComparer.Ordinal);

    public void Dispose() => _http.Dispose();

    public async Task RunAsync(CancellationToken stop)
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

            await Task.WhenAny(next, Task.Delay(s_again, time, stop));
        }
    }

    /// <summary>Delivers what is due; also for tests.</summary>
    internal async Task DeliverAsync(CancellationToken stop)
    {
        string trouble = "";
        foreach (ArrivalRow row in store.Recent().Where(r => r.JoinedTo is null))
        {
            if (!IsDue(row)) continue;
            ArrivalEvent arrival = ArrivalEvent.FromRow(row, eligibility.Find(row.No)?.Answer?.ReferenceNumber ?? "", environment, _ids);
            byte[] bytes = arrival.Bytes();
            string name = string.Create(CultureInfo.InvariantCulture, $"arrival_{row.No:D17}");
            if (options.Folder is { } folder && !IsDone(name))
                trouble = await WriteAsync(folder, row, name, bytes) ?? trouble;
            // In order: a receiver must not hear of the second before the first. The next round begins here again.
            if (options.Webhook is not { } hook || IsDone(name + ".post")) continue;
            if (await PostAsync(hook, arrival.Id, bytes, stop)) await NoteAsync(row.No, name + ".post");
            else
            {
                trouble = "受付の通知先（arrivals.webhook）が応答しません。通知は届くまで繰り返します。通知先とLANを確かめてください";
                break;
            }
        }

        troubles.Set("events", trouble);
    }

    private bool IsDue(ArrivalRow row) => row.IsByHand || eligibility.Centre is NoCentre || eligibility.Find(row.No)?.Answer is not null
        || time.GetUtcNow() - row.At > s_patience;

    private bool IsDone(string name)
    {
        if (_delivered.Contains(name)) return true;
        if (!store.IsFileNoted(name)) return false;
        _delivered.Add(name);
        return true;
    }

    private async Task NoteAsync(long no, string name)
    {
        await store.NoteFileAsync(no, name);
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
            await NoteAsync(row.No, name);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.EventTrouble(log, e.GetType().Name);
            return "受付の通知ファイルを書けません。arrivals.folder のフォルダーと空き容量を確かめてください";
        }
    }

    private async Task<bool> PostAsync(string hook, string id, byte[] bytes, CancellationToken stop)
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, hook) { Content = new ByteArrayContent(bytes) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
            request.Headers.Add(SignatureHeader, ArrivalEvent.Sign(bytes, secret));
            request.Headers.Add(KeyHeader, id);
            using HttpResponseMessage answer = await _http.SendAsync(request, stop);
            if (answer.IsSuccessStatusCode) return true;
            Log.EventTrouble(log, "answer " + ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            Log.EventTrouble(log, e.GetType().Name);
        }

        return false;
    }
}
