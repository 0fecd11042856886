using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Kiosk.Contract;

/// <summary>A JSON file that a person wrote cannot be used. The message is one line: file, key, what is wrong, what is allowed, and
/// where it is described.</summary>
public sealed class JsonFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Reads the JSON files that people write: configurations, bench files, answers, manifests. Every file of this kind is read here, so that
/// all of them refuse the same mistakes with the same words. Comments and trailing commas are allowed (RFC 8259 has neither); unknown
/// keys, keys that are written twice, <c>null</c> where a value is needed, and missing keys are refused.
/// </summary>
public static class JsonFile
{
    /// <summary>Larger than any file of this kind. Keeps a wrong path, for example a disk image, out of the memory.</summary>
    private const int MaxBytes = 4 * 1024 * 1024;

    private static readonly JsonDocumentOptions _lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>How such files are written: keys begin with a small letter, values of enumerations as well.</summary>
    public static JsonSerializerOptions Options { get; } = MakeOptions();

    /// <param name="path">The file: UTF-8, or UTF-16 with a byte order mark.</param>
    /// <param name="help">Where the keys are described, for the message: <c>all keys are in README, "Configuration"</c>.</param>
    /// <exception cref="JsonFileException">The file cannot be read, is not JSON, or a key of it is wrong.</exception>
    public static T Read<T>(string path, string help)
        where T : class
    {
        using JsonDocument document = Parse(path, Text(path, help), help);
        return Value<T>(path, document.RootElement, help);
    }

    /// <summary>Reads a file that another program goes on to change. Keys are not checked.</summary>
    /// <exception cref="JsonFileException">The file cannot be read, or is not a JSON object; or a key is written twice.</exception>
    public static JsonObject ReadObject(string path, string help)
    {
        using JsonDocument document = Parse(path, Text(path, help), help);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw Wrong(path, $"the file is {JsonShape.Found(document.RootElement)}; allowed: an object {{ … }}", help);
        if (JsonShape.FirstDuplicate(document.RootElement, "") is string twice) throw Wrong(path, $"{twice}: written twice", help);
        return JsonObject.Create(document.RootElement.Clone())!;
    }

    /// <summary>Checks a value against the type and makes it.</summary>
    /// <param name="path">Name of the file, for the message.</param>
    /// <exception cref="JsonFileException">A key is wrong.</exception>
    public static T Value<T>(string path, JsonElement element, string help)
        where T : class
    {
        if (JsonShape.FirstMistake(element, typeof(T), Options) is string mistake) throw Wrong(path, mistake, help);
        try
        {
            return element.Deserialize<T>(Options)!;
        }
        catch (Exception wrong) when (wrong is JsonException or NotSupportedException or InvalidOperationException or ArgumentException
            or FormatException)
        {
            // A converter refuses what has the right shape, for example a date that does not exist.
            string key = (wrong as JsonException)?.Path?.TrimStart('$').TrimStart('.') ?? "";
            throw Wrong(path, $"{(key.Length == 0 ? "the file" : key)}: this value cannot be used", help, wrong);
        }
    }

    private static string Text(string path, string help)
    {
        byte[] bytes;
        try
        {
            if (Directory.Exists(path)) throw Wrong(path, "is a folder; name the file in it", help);
            if (!File.Exists(path)) throw Wrong(path, "there is no such file; give the path of an existing file", help);
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            // Not the length: a device file and a pipe have none.
            bytes = new byte[MaxBytes + 1];
            Array.Resize(ref bytes, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Wrong(path, $"cannot be read ({OneLine(wrong.Message)}); give a file that this user may read", help, wrong);
        }
        if (bytes.Length > MaxBytes) throw Wrong(path, $"larger than {MaxBytes / 1024 / 1024} MiB, so it is not such a file", help);
        try
        {
            using StreamReader reader = new(new MemoryStream(bytes), new UTF8Encoding(false, throwOnInvalidBytes: true));
            string text = reader.ReadToEnd();
            return text.Trim('\0', ' ', '\t', '\r', '\n').Length > 0 ? text : throw Wrong(path, "the file is empty", help);
        }
        catch (DecoderFallbackException wrong)
        {
            throw Wrong(path, "is not UTF-8 text; save it as UTF-8", help, wrong);
        }
    }

    private static JsonDocument Parse(string path, string text, string help)
    {
        try
        {
            return JsonDocument.Parse(text, _lenient);
        }
        catch (JsonException wrong)
        {
            // The library ends its message with the place, counted from zero.
            int place = wrong.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            string why = OneLine(place < 0 ? wrong.Message : wrong.Message[..place]);
            string where = $"line {(wrong.LineNumber ?? 0) + 1}, byte {(wrong.BytePositionInLine ?? 0) + 1}";
            throw Wrong(path, $"{where}: not JSON: {why}", help, wrong);
        }
    }

    private static JsonFileException Wrong(string path, string what, string help, Exception? inner = null) =>
        new(OneLine($"{path}: {what}; {help}"), inner);

    private static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries));

    private static JsonSerializerOptions MakeOptions()
    {
        JsonSerializerOptions options = new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
