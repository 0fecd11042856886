using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Kiosk.ReceptionTerminal.Logging;

namespace Kiosk.ReceptionTerminal.Oqs;

/// <summary>
/// Requests from レセコン: <c>KINDreq_*.xml</c> in one folder, answered as <c>KINDres_*.xml</c> in another (<see cref="RequestAnswers"/>).
/// A request is read when two polls find it unchanged, and deleted when its answer is written. One that is no XML yet may still be
/// written: it gets <see cref="Unfinished"/> from its last change, then it is answered with an error file. Only regular files are read
/// (<see cref="PlainFile"/>). Nothing is left lying: requests of other kinds (<c>KINDreq_*.xml</c>) are answered with an error
/// file, and files that are no requests go to the folder <c>unread</c>; the page names both.
/// </summary>
/// <param name="requests">Folder, polled once a second.</param>
/// <param name="results">Folder for the answers.</param>
/// <param name="encoding">For answers to requests that do not say theirs.</param>
internal sealed partial class RequestFolder(string requests, string results, string institution, string encoding, RequestAnswers answers,
    ReceptionTroubles troubles, TimeProvider time, ILogger log)
{
    /// <summary>Seen in the field: a file finished 1.5 s after it was begun. A network share may take longer.</summary>
    public static readonly TimeSpan Unfinished = TimeSpan.FromSeconds(12);

    /// <summary>An answer of an unknown kind leaves no trace in the folder: so long the page tells it.</summary>
    private static readonly TimeSpan _told = TimeSpan.FromMinutes(10);

    private const string Extension = ".xml";

    // Answers have the names that レセコン wait for, however the request's was written.
    private static readonly string[] s_kinds =
        ["OQSsiquc01", "OQSsiimm01", "OQSsiimm02", "OQSmuquc01", "OQSmuquc02", "YZKsiquc01", "TKKsiquc01"];

    private const string Part = "requests", UnknownPart = "requests-unknown", Unread = "unread";
    private const int MaxBytes = 64 * 1024, MaxBulkBytes = 4 * 1024 * 1024;
    private const int NamedAtOnce = 3;
    private readonly Dictionary<string, Seen> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _logged = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _unknown = new(StringComparer.Ordinal);

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
        FileSystemInfo[] found = [.. new DirectoryInfo(requests).EnumerateFileSystemInfos().Where(f => !IsOfTheSystem(f.Name))];
        foreach (FileSystemInfo entry in found)
        {
            Match kind = RequestName().Match(entry.Name);
            if (!PlainFile.IsRegular(entry.FullName))
            {
                // A folder that is not named like a request, for example unread, is nobody's request.
                if (!kind.Success && entry is DirectoryInfo && entry.LinkTarget is null) continue;
                if (!Path.Exists(entry.FullName) && entry.LinkTarget is null) continue;
                refused.Add(entry.Name);
                LogOnce(entry.Name, "a request is no regular file: it is not opened");
                continue;
            }

            try
            {
                await TakeAsync(new FileInfo(entry.FullName), kind, stop);
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
        troubles.Set(UnknownPart, UnknownWords());
    }

    /// <summary>What operating systems put into a shared folder by themselves.</summary>
    private static bool IsOfTheSystem(string name) => name[0] == '.' || name.Equals("Thumbs.db", StringComparison.OrdinalIgnoreCase)
        || name.Equals("desktop.ini", StringComparison.OrdinalIgnoreCase);

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

    private string UnknownWords()
    {
        foreach (string old in _unknown.Where(u => time.GetElapsedTime(u.Value) > _told).Select(u => u.Key).ToList()) _unknown.Remove(old);
        List<string> words = [];
        if (_unknown.Count > 0)
            words.Add($"照会の要求 {Names(_unknown.Keys)} は、この受付端末が扱わない種類のため、エラーで回答しました。レセコンの設定を確かめてください");
        DirectoryInfo unread = new(Path.Combine(requests, Unread));
        string[] moved = unread.Exists ? [.. unread.EnumerateFiles().Select(f => f.Name).Where(n => !IsOfTheSystem(n))] : [];
        if (moved.Length > 0)
            words.Add($"照会の要求フォルダーにあった {Names(moved)} は要求ではないため、{Unread} へ移しました。出力したプログラムを確かめ、{Unread} から取り除いてください");
        return string.Join("。", words);
    }

    private static string Names(ICollection<string> names) =>
        string.Join("、", names.Order(StringComparer.Ordinal).Take(NamedAtOnce))
        + (names.Count > NamedAtOnce ? $" ほか{names.Count - NamedAtOnce}件" : "");

    /// <param name="name">Its name, if that is one of a request.</param>
    private async Task TakeAsync(FileInfo file, Match name, CancellationToken stop)
    {
        bool isKnown = _seen.TryGetValue(file.Name, out Seen? before)
            && (before.Length, before.Written) == (file.Length, file.LastWriteTimeUtc);
        if (!isKnown) _seen[file.Name] = before = new(file.Length, file.LastWriteTimeUtc, time.GetTimestamp());
        if (!isKnown) return;
        if (!name.Success)
        {
            // Before, it may be one that its writer renames when it is finished.
            if (time.GetElapsedTime(before!.Since) < Unfinished) return;
            MoveToUnread(file);
        }
        else
        {
            string kind = name.Groups["kind"].Value;
            if (await AnswerAsync(file, kind, before!, stop) is not var (content, isUnknown)) return;
            PublishAnswer($"{OwnName(kind)}res_{name.Groups["rest"].Value}{Extension}", content);
            file.Delete();
            if (isUnknown) TellUnknown(file.Name);
        }

        _seen.Remove(file.Name);
    }

    private static string OwnName(string kind) => s_kinds.FirstOrDefault(k => k.Equals(kind, StringComparison.OrdinalIgnoreCase)) ?? kind;

    private void TellUnknown(string name)
    {
        _unknown[name] = time.GetTimestamp();
        Log.UnknownRequest(log, "a request of a kind that is not known: answered with an error");
    }

    private void MoveToUnread(FileInfo file)
    {
        string folder = Path.Combine(requests, Unread), target = Path.Combine(folder, file.Name);
        Directory.CreateDirectory(folder);
        if (Path.Exists(target)) target += "-" + ResultXml.Stamp(time.GetUtcNow());
        File.Move(file.FullName, target);
        Log.UnknownRequest(log, "a file that is no request: moved to the folder unread");
    }

    private void PublishAnswer(string name, byte[] answer)
    {
        string temporary = Path.Combine(results, "writing-" + Path.GetFileNameWithoutExtension(name));
        PlainFile.WriteNew(temporary, answer);
        File.Move(temporary, Path.Combine(results, name), overwrite: true);
    }

    /// <returns>Null: the file may still be written; look again with the next poll.</returns>
    private async Task<(byte[] Content, bool IsUnknown)?> AnswerAsync(FileInfo file, string kind, Seen seen, CancellationToken stop)
    {
        DateTimeOffset now = time.GetUtcNow();
        string id = FaceResultFolder.FileIdentifier(file.Name);
        int most = RequestAnswers.IsBulk(kind) ? MaxBulkBytes : MaxBytes;
        byte[] content = PlainFile.Read(file.FullName, most);
        XElement root;
        try
        {
            root = content.Length <= most ? XmlBytes.Read(content) : throw new XmlException("too large");
        }
        catch (Exception e) when (e is XmlException or DecoderFallbackException)
        {
            return time.GetElapsedTime(seen.Since) < Unfinished ? null
                : (Answer(isXml: false).Error(now, id, RequestAnswers.Wrong, "要求ファイルがXMLとして読めません。"), false);
        }

        ResultXml xml = Answer(isXml: true);
        if (RequestAnswers.Value(root, "ArbitraryFileIdentifier") is { Length: > 0 } given) id = given;
        return await answers.AnswerAsync(kind, root, xml, id, stop) is { } answer ? (answer, false)
            : (xml.Error(now, id, RequestAnswers.UnknownKind, $"この受付端末は {kind} の要求を扱いません。"), true);

        ResultXml Answer(bool isXml) => new(institution, XmlBytes.OwnText(content, isXml) ?? FileText.Of(encoding));
    }

    // Not only in small letters: file systems of Linux tell them apart, レセコン on Windows do not.
    [GeneratedRegex(@"\A(?<kind>[A-Z]{3}[A-Z0-9]*)req_(?<rest>.+)\.xml\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RequestName();
}
