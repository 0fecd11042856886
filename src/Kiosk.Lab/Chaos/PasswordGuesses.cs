using System.Globalization;

namespace Kiosk.Lab.Chaos;

/// <summary>16 clients that try wrong passwords on the page for staff, each again as soon as it has its answer.</summary>
internal sealed class PasswordGuesses : IAsyncDisposable
{
    /// <summary>Of the account that is guessed.</summary>
    public const string Password = "correct-Pferd-Batterie-41";

    private const int Clients = 16;

    private readonly HttpClient _http;
    private readonly CancellationTokenSource _ends = new();
    private readonly Task _running;
    private int _answered;

    /// <param name="page">The page's address.</param>
    public PasswordGuesses(Uri page)
    {
        _http = new HttpClient { BaseAddress = new Uri(page.GetLeftPart(UriPartial.Authority)) };
        _http.DefaultRequestHeaders.Add("Origin", page.GetLeftPart(UriPartial.Authority));
        _running = Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => GuessAsync(client))));
    }

    /// <summary>Answers until now, refusals for lack of turns included.</summary>
    public int Answered => Volatile.Read(ref _answered);

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        await _running;
        _ends.Dispose();
        _http.Dispose();
    }

    private async Task GuessAsync(int client)
    {
        for (int i = 0; !_ends.IsCancellationRequested; i++)
        {
            // Names that do not exist cost the reception as much, and no account is locked.
            object guess = new { id = string.Create(CultureInfo.InvariantCulture, $"guess-{client}-{i}"), password = "wrong-password" };
            try
            {
                using HttpResponseMessage answer = await _http.PostAsJsonAsync("/signin/account", guess, _ends.Token);
                if (answer.IsSuccessStatusCode) throw new InvalidOperationException("a wrong password was accepted");
                Interlocked.Increment(ref _answered);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
