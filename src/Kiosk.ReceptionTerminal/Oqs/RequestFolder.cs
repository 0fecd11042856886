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
/// in another. A request is read when two polls find it unchanged, and deleted when its answer is written. One that cannot be
/// understood is answered with an error file.
/// </summary>
/// <param name="requests">Folder, polled once a second.</param>
/// <param name="results">Folder for the answers.</param>
internal sealed class RequestFolder(string requests, string results, string institution, IEligibilityCentre centre,
    TimeProvider time, ILogger log)
{
    private const string RequestPrefix = "OQSsiquc01req_", AnswerPrefix = "OQSsiquc01res_";
    private const int MaxBytes = 64 * 1024;
    private readonly Dictionary<string, (long Length, DateTime Written)> _seen = [];

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
                Log.FileTrouble(log, e.GetType().Name);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), time, stop);
        }
    }

    /// <summary>One poll; also for tests.</summary>
    internal async Task PollAsync(CancellationToken stop)
    {
        Directory.CreateDirectory(requests);
        Directory.CreateDirectory(results);
        foreach (FileInfo file in new DirectoryInfo(requests).GetFiles(RequestPrefix + "*.xml"))
        {
            try
            {
                await TakeAsync(file, stop);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Locked, or not readable: tried again with the next poll. The other requests must not wait for it.
                Log.FileTrouble(log, e.GetType().Name);
            }
        }
    }

    private async Task TakeAsync(FileInfo file, CancellationToken stop)
    {
        (long, DateTime) now = (file.Length, file.LastWriteTimeUtc);
        bool settled = _seen.TryGetValue(file.Name, out (long, DateTime) before) && before == now;
        _seen[file.Name] = now;
        if (!settled) return;
        byte[] answer = await AnswerAsync(file, stop);
        Publish(AnswerPrefix + file.Name[RequestPrefix.Length..], answer);
        file.Delete();
        _seen.Remove(file.Name);
    }

    private void Publish(string name, byte[] answer)
    {
        string temporary = Path.Combine(results, "writing-" + Path.GetFileNameWithoutExtension(name));
        using (FileStream writing = new(temporary, FileMode.Create))
        {
            writing.Write(answer);
            writing.Flush(flushToDisk: true);
        }

        File.Move(temporary, Path.Combine(results, name), overwrite: true);
    }

    private async Task<byte[]> AnswerAsync(FileInfo file, CancellationToken stop)
    {
        ResultXml xml = new(institution);
        DateTimeOffset now = time.GetUtcNow();
        string id = FaceResultFolder.FileIdentifier(file.Name);
        try
        {
            if (file.Length > MaxBytes) throw new XmlException("larger than 64 KiB");
            XElement root = Read(await File.ReadAllBytesAsync(file.FullName, stop));
            id = Value(root, "ArbitraryFileIdentifier") is { Length: > 0 } given ? given : id;
            DateOnly day = Value(root, "QualificationConfirmationDate") is { Length: > 0 } asked ? Date(asked) : JapanTime.DateOf(now);
            Eligibility answer = await centre.AskAsync(
                Value(root, "InsurerNumber")
                .Trim(), Value(root, "InsuredCardSymbol"), Value(root, "InsuredIdentificationNumber"),
                Date(Value(root, "Birthdate")), stop);
            return xml.RequestResult(answer, now, day, id);
        }
        catch (Exception e) when (e is XmlException or FormatException or DecoderFallbackException or ArgumentException)
        {
            return xml.Error(now, id, "KIOSK01", "要求ファイルの形式に誤りがあります。保険者番号、被保険者証番号、生年月日を確かめてください。");
        }
        catch (CentreException)
        {
            return xml.Error(now, id, "KIOSK02", "資格確認の回答がありません。時間をおいて照会してください。");
        }
    }

    /// <summary>Uses the encoding of the XML declaration: requests in Shift_JIS and in UTF-8 exist. No DTD, no entities.</summary>
    private static XElement Read(byte[] bytes)
    {
        string head = Encoding.ASCII.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 120)));
        Encoding encoding = head.Contains("Shift_JIS", StringComparison.OrdinalIgnoreCase)
            ? ShiftJisText.Encoding : new UTF8Encoding(false, throwOnInvalidBytes: true);
        using StringReader text = new(encoding.GetString(bytes).TrimStart('\uFEFF'));
        using XmlReader reader = XmlReader.Create(text, new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        return XElement.Load(reader);
    }

    private static string Value(XElement root, string tag) => root.DescendantsAndSelf(tag).FirstOrDefault()?.Value ?? "";

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture);
}
