using System.Text.Json;
using System.Text.Json.Serialization;
using Kiosk.App.Benches;
using Kiosk.Contract;
using Kiosk.Core.Failures;

namespace Kiosk.App.Commissioning;

/// <summary>
/// `kiosk commission`: the self-test, then the checks that the technician does one by one, then the signed completion report.
/// </summary>
internal sealed class Commission(SelfTestParts parts, TimeProvider time)
{
    private const string Help = "compare hardware/commission.example.json";

    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <param name="answersFile">JSON file with the answers; null: the technician is asked.</param>
    /// <param name="folder">Where completion.html, .json, .sig and certificate.pem go.</param>
    /// <returns>0 when all is good, else 1; the report is written in both cases.</returns>
    /// <exception cref="FailureException">ConfigBroken for a wrong answers file; CertificateFileBroken when nothing can be
    /// signed.</exception>
    public async Task<int> RunAsync(string? answersFile, string folder, TextReader input, TextWriter output, CancellationToken stop)
    {
        // Before ten minutes of questions: refuse a wrong file, or a key that cannot sign.
        CommissionAnswers? given = answersFile is null ? null : Load(answersFile);
        _ = DetachedSignature.Sign([], parts.Certificate, parts.Key);
        await output.WriteLineAsync("自己診断");
        IReadOnlyList<SelfCheck> checks = await new SelfTest(parts, time).RunAsync(check => output.WriteLine(Line(check)), stop);
        CommissionAnswers answers = given ?? Ask(input, output);
        CompletionReport report = new(
            time.GetUtcNow(), parts.KioskId, parts.Reception.Authority, HostFacts.Now(), DetachedSignature.Fingerprint(parts.Certificate),
            checks, answers, parts.Simulated);
        await WriteAsync(report, folder, stop);
        await output.WriteLineAsync($"{(report.Passed ? "合格" : $"不合格（{report.Bad} 項目）")}: {Path.Combine(folder, "completion.html")}");
        return report.Passed ? 0 : 1;
    }

    /// <summary>One check as a line for the console.</summary>
    public static string Line(SelfCheck check) =>
        $"{(check.Good ? "○" : "×")} {check.Name,-14} {check.Japanese}: "
            + $"{(check.Good ? "" : $"{check.Code} {check.Failure} ")}{check.Detail}"
            + (check.Remedy is string remedy ? $"\n    → {remedy}" : "");

    internal static CommissionAnswers Load(string file)
    {
        try
        {
            CommissionAnswers answers = JsonFile.Read<CommissionAnswers>(file, Help);
            foreach (CommissionItem item in CommissionItem.All)
                if (!answers.Items.TryGetValue(item.Key, out CommissionAnswer? answer) || !item.IsComplete(answer))
                    throw Wrong($"items.{item.Key}", "\"result\" ok, ng or na; ng and na need a \"note\""
                        + (item.Figure.Length > 0 ? $"; ok needs a \"figure\": {item.Figure}（{item.FigureForm}）" : ""));
            string? unknown = answers.Items.Keys.FirstOrDefault(key => CommissionItem.All.All(item => item.Key != key));
            return unknown is null ? answers
                : throw Wrong(
                    $"items.{unknown}", $"not a known item; there are {string.Join(", ", CommissionItem.All.Select(item => item.Key))}");
        }
        catch (JsonFileException wrong)
        {
            throw new FailureException(Failure.ConfigBroken, wrong.Message, wrong);
        }

        FailureException Wrong(string key, string rule) => new(Failure.ConfigBroken, $"{file}: {key}: {rule}; {Help}");
    }

    private static CommissionAnswers Ask(TextReader input, TextWriter output)
    {
        string site = Answer("施設名"), place = Answer("設置場所"), serial = Answer("キオスクの製造番号（ラベル）");
        Dictionary<string, CommissionAnswer> items = [];
        foreach (CommissionItem item in CommissionItem.All)
        {
            output.WriteLine($"\n[{items.Count + 1}/{CommissionItem.All.Count}] {item.Japanese}\n  {item.Do}。\n  期待する結果: {item.Expect}。");
            CommissionAnswer answer;
            do
            {
                string result = Answer("  結果 ok / ng / na（対象外）").ToLowerInvariant();
                answer = new(result, result is "ng" or "na" ? Answer("  備考（必須）") : "",
                    result is "ok" && item.Figure.Length > 0 ? Answer($"  {item.Figure}（{item.FigureForm}）") : "");
            }
            while (!item.IsComplete(answer));
            items[item.Key] = answer;
        }
        return new CommissionAnswers(site, place, serial, items);

        string Answer(string question)
        {
            output.Write($"{question}: ");
            output.Flush();
            return (input.ReadLine() ?? throw new OperationCanceledException()).Trim();
        }
    }

    private async Task WriteAsync(CompletionReport report, string folder, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        byte[] page = System.Text.Encoding.UTF8.GetBytes(await CompletionPage.RenderAsync(report));
        await File.WriteAllBytesAsync(Path.Combine(folder, "completion.html"), page, stop);
        await File.WriteAllBytesAsync(Path.Combine(folder, "completion.html.sig"),
            DetachedSignature.Sign(page, parts.Certificate, parts.Key), stop);
        await File.WriteAllTextAsync(Path.Combine(folder, "completion.json"), JsonSerializer.Serialize(report, _json), stop);
        File.Copy(parts.Certificate, Path.Combine(folder, "certificate.pem"), overwrite: true);
    }
}
