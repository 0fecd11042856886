using System.Collections;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Kiosk.Tests.Configuration;

/// <summary>Every mistake that can be made with one key of a JSON file, from a file that has all keys.</summary>
internal static class Mistakes
{
    /// <summary>A good reception.json with every key but <c>postgres</c>, which excludes <c>database</c>.</summary>
    public const string ReceptionSample = """
        {
          "database": "reception.db",
          "caFile": "ca.pem", "certificateFile": "server.pem", "keyFile": "server.key", "renewal": "pki",
          "listen": "127.0.0.1", "port": 0, "deniedKeys": ["k9"], "jpkiCaFiles": ["ca.pem"], "cardFaceCaFiles": [],
          "staffCodeFile": "codes.json", "staffFile": "staff.json", "joinMinutes": 10, "keepDays": 7,
          "consents": { "version": "2025-01", "codes": ["SRJ", "YZK"], "validHours": 24 },
          "site": { "start": "choice", "itemByItem": true, "asksPmh": true, "asksPrescriptionForm": false, "asksLetters": true,
                    "dispensesPrescriptions": false, "phones": ["android"],
                    "textSize": 2, "sound": 3, "renewalPage": "https://example.jp/", "insuranceSeconds": 3,
                    "ending": "tell-desk", "endingTexts": { "en": "Go on." } },
          "environment": "trial",
          "arrivals": { "secretFile": "events.key", "folder": "events", "webhook": "https://his.local/arrivals", "centreSeconds": 5 },
          "oqs": { "institution": "1312345678", "face": "OQS/Face", "requests": "OQS/Req", "results": "OQS/Res",
                   "encoding": "utf-8" },
          "metrics": { "port": 0, "listen": "127.0.0.1" }, "waiting": { "port": 0, "listen": "127.0.0.1", "https": false },
          "desk": { "listen": "127.0.0.1", "port": 0, "https": false, "hosts": ["reception.local"], "staffId": "desk", "idleMinutes": 30 }
        }
        """;

    private static readonly (string What, string Json)[] _values =
    [
        ("null", "null"), ("an empty text", "\"\""), ("a word", "\"no such value\""), ("a line break", "\"a\\nb\""),
        ("a zero byte", "\"\\u0000\""),
        ("a long text", $"\"{new string('x', 5000)}\""), ("true", "true"), ("0", "0"), ("-1", "-1"), ("1.5", "1.5"),
        ("a large number", "99999"), ("larger than 32 bits", "99999999999"), ("larger than 64 bits", "99999999999999999999999"),
        ("larger than a double", "1e999"), ("an empty list", "[]"), ("a list with null", "[null]"), ("a list with a number", "[5]"),
        ("a list with an empty text", "[\"\"]"), ("a list in a list", "[[]]"), ("an empty object", "{}"), ("a strange object", "{\"x\":1}"),
    ];

    /// <param name="sample">A good file with every key.</param>
    /// <returns>The key, what is done to it, and the file's text.</returns>
    public static IEnumerable<(string Key, string What, string Text)> Of(string sample)
    {
        JsonNode good = JsonNode.Parse(sample)!;
        foreach (string[] path in Paths(good))
        {
            string key = path.Last(step => step[0] != '[');
            foreach ((string what, string json) in _values)
                yield return (key, $"{string.Join('.', path)} is {what}", With(sample, path, json));
            yield return (key, $"{string.Join('.', path)} is left out", Without(sample, path));
            yield return (key, $"{string.Join('.', path)} is written twice", Twice(sample, path));
            if (At(good, path) is not JsonObject { Count: > 0 } whole) continue;
            for (int half = 0; half < 2; half++)
            {
                JsonObject part = new(whole.Where((_, i) => i % 2 == half).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
                yield return (key, $"{string.Join('.', path)} has half of its keys", With(sample, path, part.ToJsonString()));
            }
        }
    }

    /// <summary>What a whole file may be instead of what it should be; each must be refused.</summary>
    public static IEnumerable<byte[]> WholeFiles()
    {
        string[] texts =
            ["", " \n", "null", "[]", "[null]", "5", "\"x\"", "{", "{}}", "{\"a\"", "\0\0\0\0", "<xml/>", "{\"id\": \"\\ud800\"}"];
        foreach (string text in texts) yield return System.Text.Encoding.UTF8.GetBytes(text);
        yield return [0x7B, 0x22, 0x83, 0x65, 0x22, 0x3A, 0x31, 0x7D]; // Shift_JIS
        yield return new byte[5 * 1024 * 1024];
    }

    /// <summary>The keys of a configuration's type, as in the file: <c>ui.port</c>. A list of objects has its
    /// elements' keys.</summary>
    public static IEnumerable<string> Keys(Type type, string prefix = "")
    {
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.IsDefined(typeof(JsonIgnoreAttribute))) continue;
            string key = prefix + char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
            Type inner = property.PropertyType;
            if (inner.IsGenericType && inner.IsAssignableTo(typeof(IEnumerable))) inner = inner.GetGenericArguments()[^1];
            if (inner.IsClass && inner != typeof(string))
                foreach (string leaf in Keys(inner, key + ".")) yield return leaf;
            else yield return key;
        }
    }

    /// <summary>The keys that a sample has, in the form of <see cref="Keys"/>.</summary>
    public static IEnumerable<string> KeysOf(string sample)
    {
        JsonNode good = JsonNode.Parse(sample)!;
        return Paths(good)
            .Where(path => At(good, path) is not JsonObject && (At(good, path) as JsonArray)?.Any(e => e is JsonObject) != true)
            .Select(path => string.Join('.', path.Where(step => step[0] != '['))).Distinct();
    }

    private static IEnumerable<string[]> Paths(JsonNode? node) => node switch
    {
        JsonObject whole => whole.SelectMany(p => Paths(p.Value).Prepend([]).Select(rest => (string[])[p.Key, .. rest])),
        JsonArray list => list.SelectMany((e, i) => Paths(e).Prepend([]).Select(rest => (string[])[$"[{i}]", .. rest])),
        _ => [],
    };

    private static JsonNode? At(JsonNode node, IEnumerable<string> path) =>
        path.Aggregate((JsonNode?)node, (at, step) => step[0] == '[' ? at![Index(step)] : at![step]);

    private static int Index(string step) => int.Parse(step[1..^1], System.Globalization.CultureInfo.InvariantCulture);

    private static string With(string sample, string[] path, string json)
    {
        JsonNode changed = JsonNode.Parse(sample)!;
        JsonNode parent = At(changed, path[..^1])!;
        if (parent is JsonArray list) list[Index(path[^1])] = JsonNode.Parse(json);
        else parent[path[^1]] = JsonNode.Parse(json);
        return changed.ToJsonString();
    }

    private static string Without(string sample, string[] path)
    {
        JsonNode changed = JsonNode.Parse(sample)!;
        JsonNode parent = At(changed, path[..^1])!;
        if (parent is JsonArray list) list.RemoveAt(Index(path[^1]));
        else parent.AsObject().Remove(path[^1]);
        return changed.ToJsonString();
    }

    private static string Twice(string sample, string[] path)
    {
        const string Mark = "written-here-once-more";
        JsonNode changed = JsonNode.Parse(sample)!;
        if (At(changed, path[..^1]) is not JsonObject parent) return sample;
        parent[Mark] = parent[path[^1]]?.DeepClone();
        return changed.ToJsonString().Replace(Mark, path[^1], StringComparison.Ordinal);
    }
}
