using System.Text.Json;
using Kiosk.Core.Reception;

namespace Kiosk.ReceptionTerminal.Events;

/// <summary>Reads the answer of the site's own system. Its bytes come from outside and are never logged.</summary>
internal static class AnswerJson
{
    /// <summary>Bytes; a longer answer is none.</summary>
    public const int Longest = 4096;

    private static readonly JsonDocumentOptions s_json = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>
    /// One object with the optional members <c>department</c>, <c>queueNumber</c> and <c>seeStaff</c>; others are ignored.
    /// </summary>
    /// <param name="bytes">UTF-8, with or without a byte order mark.</param>
    /// <returns>Null: no answer. Bad: there was something, and it cannot be used.</returns>
    public static (SiteAnswer? Answer, bool IsBad) Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Span.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        if (bytes.Length > Longest) return (null, true);
        if (!bytes.Span.ContainsAnyExcept(" \t\r\n"u8)) return (null, false);
        try
        {
            using JsonDocument json = JsonDocument.Parse(bytes, s_json);
            if (json.RootElement.ValueKind is not JsonValueKind.Object) return (null, true);
            (string? department, bool isDepartment) = Text(json.RootElement, "department");
            (string? number, bool isNumber) = Text(json.RootElement, "queueNumber");
            JsonValueKind staff = Kind(json.RootElement, "seeStaff");
            if (!isDepartment || !isNumber || staff is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.True
                or JsonValueKind.False)) return (null, true);
            SiteAnswer? answer = SiteAnswer.From(department, number, staff is JsonValueKind.True);
            bool isSilent = string.IsNullOrWhiteSpace(department) && string.IsNullOrWhiteSpace(number);
            return (answer, answer is null && !isSilent);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half of a surrogate pair, or with bytes that are not UTF-8.
            return (null, true);
        }
    }

    private static (string? Value, bool IsGood) Text(JsonElement from, string name) => Kind(from, name) switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => (null, true),
        JsonValueKind.String => (from.GetProperty(name).GetString(), true),
        _ => (null, false),
    };

    private static JsonValueKind Kind(JsonElement from, string name) =>
        from.TryGetProperty(name, out JsonElement value) ? value.ValueKind : JsonValueKind.Undefined;
}
