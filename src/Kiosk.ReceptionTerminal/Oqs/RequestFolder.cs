using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Logging;

namespace Kiosk.ReceptionTerminal.Oqs;

/// <summary>
/// Requests by insurance number from レセコン: <c>OQSsiquc01req_*.xml</c> in one folder, answered as <c>OQSsiquc01res_*.xml</c>
/// in another. A request is read when two polls find it unchanged, and deleted when its answer is written. One that is no XML yet may
/// still be written: it gets <see cref="Unfinished"/> from its last change, then it is answered with an error file. Only regular files
/// are read (<see cref="PlainFile"/>); the page names what is left lying.
/// </summary>
/// <param name="requests">Folder, polled once a second.</param>
/// <param name="results">Folder for the answers.</param>
internal sealed class RequestFolder(string requests, string results, string institution, IEligibilityCentre centre,
    ReceptionTroubles troubles, TimeProvider time, ILogger log)
{
    /// <summary>Seen in the field: a file finished 1.5 s after it was begun. A network share may take longer.</summary>
    public static readonly TimeSpan Unfinished = TimeSpan.FromSeconds(12);

    private const string RequestPrefix = "OQSsiquc01req_", AnswerPrefix = "OQSsiquc01res_", Extension = ".xml";
    private const string Part = "requests";
    private const int MaxBytes = 64 * 1024;
    private const int NamedAtOnce = 3;
    private readonly Dictionary<string, Seen> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _logged = new(StringComparer.Ordinal);

    /// <param name="Since">Timestamp of this program's clock at which this state was first seen; the writer's clock may differ.</param>
    private sealed record Seen(long Length, DateTime Written, long Since);

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await PollAsync(stop);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogOnce("", e.GetType().Name);
                troubles.Set(Part, "照会の要求・結果のフォルダーを使えません。フォルダーがあるか、読み書きの権限、空き容量を確かめてください");
            }

            await Task.Delay(TimeSpan.FromSeconds(1), time, stop);
        }
    }

    /// <summary>One poll; also for tests.</summary>
    internal async Task PollAsync(CancellationToken stop)
    {
        Directory.CreateDirectory(requests);
        Directory.CreateDirectory(results);
        List<string> refused = [], failing = [];
        // Not only *.xml in small letters: file systems of Linux tell them apart, レセコン on Windows do not.
        FileSystemInfo[] found = [.. new DirectoryInfo(requests).EnumerateFileSystemInfos().Where(f => IsRequest(f.Name))];
        foreach (FileSystemInfo entry in found)
        {
            if (!PlainFile.IsRegular(entry.FullName))
            {
                if (!Path.Exists(entry.FullName) && entry.LinkTarget is null) continue;
                refused.Add(entry.Name);
                LogOnce(entry.Name, "a request is no regular file: it is not opened");
                continue;
            }

            try
            {
                await TakeAsync(new FileInfo(entry.FullName), stop);
                _logged.Remove(entry.Name);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                // Its writer took it back.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Locked, or not readable: tried again with the next poll. The other requests must not wait for it.
                failing.Add(entry.Name);
                LogOnce(entry.Name, e.GetType().Name);
            }
        }

        HashSet<string> present = [.. found.Select(f => f.Name)];
        foreach (string gone in _seen.Keys.Where(name => !present.Contains(name)).ToList()) _seen.Remove(gone);
        _logged.RemoveWhere(name => !present.Contains(name));
        troubles.Set(Part, Words(refused, failing));
    }

    private static bool IsRequest(string name) => name.StartsWith(RequestPrefix, StringComparison.OrdinalIgnoreCase)
        && name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>A poll a second must not fill the log.</summary>
    private void LogOnce(string name, string why)
    {
        if (_logged.Add(name)) Log.FileTrouble(log, why);
    }

    private static string Words(List<string> refused, List<string> failing)
    {
        List<string> words = [];
        if (refused.Count > 0)
            words.Add($"照会の要求フォルダーの {Names(refused)} は通常のファイルではない（リンク、パイプ、フォルダーなど）ため、開きません。取り除いてください");
        if (failing.Count > 0)
            words.Add($"照会の要求 {Names(failing)} を処理できません。ファイルの使用中・権限と、結果フォルダーの空き容量を確かめてください");
        return string.Join("。", words);
    }

    private static string Names(List<string> names) =>
        string.Join("、", names.Order(StringComparer.Ordinal).Take(NamedAtOnce))
        + (names.Count > NamedAtOnce ? $" ほか{names.Count - NamedAtOnce}件" : "");

    private async Task TakeAsync(FileInfo file, CancellationToken stop)
    {
        bool isKnown = _seen.TryGetValue(file.Name, out Seen? before)
            && (before.Length, before.Written) == (file.Length, file.LastWriteTimeUtc);
        if (!isKnown) _seen[file.Name] = before = new(file.Length, file.LastWriteTimeUtc, time.GetTimestamp());
        if (!isKnown || await AnswerAsync(file, before!, stop) is not { } answer) return;
        PublishAnswer(AnswerPrefix + Path.GetFileNameWithoutExtension(file.Name)[RequestPrefix.Length..] + Extension, answer);
        file.Delete();
        _seen.Remove(file.Name);
    }

    private void PublishAnswer(string name, byte[] answer)
    {
        string temporary = Path.Combine(results, "writing-" + Path.GetFileNameWithoutExtension(name));
        PlainFile.WriteNew(temporary, answer);
        File.Move(temporary, Path.Combine(results, name), overwrite: true);
    }

    /// <returns>Null: the file may still be written; look again with the next poll.</returns>
    private async Task<byte[]?> AnswerAsync(FileInfo file, Seen seen, CancellationToken stop)
    {
        ResultXml xml = new(institution);
        DateTimeOffset now = time.GetUtcNow();
        string id = FaceResultFolder.FileIdentifier(file.Name);
        byte[] content = PlainFile.Read(file.FullName, MaxBytes);
        XElement root;
        try
        {
            root = content.Length <= MaxBytes ? XmlBytes.Read(content) : throw new XmlException("larger than 64 KiB");
        }
        catch (Exception e) when (e is XmlException or DecoderFallbackException)
        {
            return time.GetElapsedTime(seen.Since) < Unfinished ? null : Broken();
        }

        try
        {
            id = Value(root, "ArbitraryFileIdentifier") is { Length: > 0 } given ? given : id;
            DateOnly day = Value(root, "QualificationConfirmationDate") is { Length: > 0 } asked ? Date(asked) : JapanTime.DateOf(now);
            Eligibility answer = await centre.AskAsync(
                Value(root, "InsurerNumber")
                .Trim(), Value(root, "InsuredCardSymbol"), Value(root, "InsuredIdentificationNumber"),
                Date(Value(root, "Birthdate")), stop);
            return xml.RequestResult(answer, now, day, id);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return Broken();
        }
        catch (CentreException)
        {
            return xml.Error(now, id, "KIOSK02", "資格確認の回答がありません。時間をおいて照会してください。");
        }

        byte[] Broken() => xml.Error(now, id, "KIOSK01", "要求ファイルの形式に誤りがあります。保険者番号、被保険者証番号、生年月日を確かめてください。");
    }

    private static string Value(XElement root, string tag) => root.DescendantsAndSelf(tag).FirstOrDefault()?.Value ?? "";

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture);
}
