using System.Security.Cryptography;
using Kiosk.ReceptionTerminal.Logging;

namespace Kiosk.ReceptionTerminal.Centre;

/// <summary>
/// One question to the centre for each visit: asked before the check-in, used again by the desk and the face result after it. A question
/// that failed is asked again by the next who wants it. In memory only. Thread-safe.
/// </summary>
internal sealed class CentreAnswers(IEligibilityCentre centre, TimeProvider time, ILogger log) : IDisposable
{
    private const int MaxQuestions = 4096;

    /// <summary>A centre that is silent for so long has failed.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(1);

    /// <summary>A visit that has no check-in after this time will not get one: its challenge has expired.</summary>
    private static readonly TimeSpan _kept = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<Question, (Task<Eligibility> Answer, DateTimeOffset At)> _questions = [];

    private readonly record struct Question(string Kiosk, Guid Visit, string Certificate);

    /// <summary>The question of this visit, asked now if it was not asked yet or if it failed.</summary>
    /// <returns>Fails with <see cref="CentreException"/> only, within a minute.</returns>
    public Task<Eligibility> AskAsync(string kiosk, Guid visit, byte[] certificate)
    {
        Question question = new(kiosk, visit, Convert.ToHexString(SHA256.HashData(certificate)));
        lock (_gate)
        {
            if (_questions.TryGetValue(question, out (Task<Eligibility> Answer, DateTimeOffset At) asked) && !asked.Answer.IsFaulted)
                return asked.Answer;
            if (_questions.Count >= MaxQuestions) _questions.Remove(_questions.MinBy(q => q.Value.At).Key);
            Task<Eligibility> answer = GuardedAsync(stop => centre.AskAsync(certificate, stop));
            _questions[question] = (answer, time.GetUtcNow());
            return answer;
        }
    }

    /// <summary>利用登録, then the question again.</summary>
    /// <exception cref="CentreException">Not registered. The answer before stays.</exception>
    public async Task<Eligibility> RegisterAsync(string kiosk, Guid visit, byte[] certificate)
    {
        await GuardedAsync(async stop =>
        {
            await centre.RegisterCardAsync(certificate, stop);
            return true;
        });
        lock (_gate) _questions.Remove(new(kiosk, visit, Convert.ToHexString(SHA256.HashData(certificate))));
        return await AskAsync(kiosk, visit, certificate);
    }

    /// <summary>Drops the answers of visits that are over: who checked in has the answer at the desk.</summary>
    public void Trim()
    {
        lock (_gate)
        {
            DateTimeOffset oldest = time.GetUtcNow() - _kept;
            foreach (Question old in _questions.Where(q => q.Value.At < oldest).Select(q => q.Key).ToList()) _questions.Remove(old);
        }
    }

    /// <summary>The program ends: who waits for the centre gets a failure now.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    private async Task<T> GuardedAsync<T>(Func<CancellationToken, Task<T>> ask)
    {
        try
        {
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
            return await ask(stop.Token).WaitAsync(_longest, time, _closing.Token);
        }
        catch (CentreException)
        {
            throw;
        }
        catch (Exception e)
        {
            // Whatever a centre's program throws: staff see "no answer", and a patient is never held by it.
            Log.CentreFailed(log, e.GetType().Name);
            throw new CentreException("資格確認の回答がありません");
        }
    }

}
