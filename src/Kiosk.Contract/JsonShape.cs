using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Kiosk.Contract;

/// <summary>
/// Compares a JSON value with the .NET type it is to become, before it is made. The serializer alone does not look at the elements of a
/// list, and its messages speak of .NET types; a technician needs the key and what may stand there.
/// </summary>
internal static class JsonShape
{
    /// <returns>The first mistake as KEY: what is wrong; what is allowed. Null: the value has the type's shape.</returns>
    public static string? FirstMistake(JsonElement element, Type type, JsonSerializerOptions options)
    {
        try
        {
            return Mistake(element, type, "", options);
        }
        catch (InvalidOperationException)
        {
            // The reader refuses \uD800 without its other half only when the text is taken out.
            return "a text has half of a surrogate pair (\\uD800 to \\uDFFF); allowed: whole characters";
        }
    }

    /// <returns>The path of a key that an object has twice; null: none.</returns>
    public static string? FirstDuplicate(JsonElement element, string key)
    {
        if (element.ValueKind == JsonValueKind.Array)
            return element.EnumerateArray().Select((e, i) => FirstDuplicate(e, $"{key}[{i}]")).FirstOrDefault(found => found is not null);
        if (element.ValueKind != JsonValueKind.Object) return null;
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!seen.Add(property.Name)) return Inside(key, property.Name);
            if (FirstDuplicate(property.Value, Inside(key, property.Name)) is string deeper) return deeper;
        }
        return null;
    }

    /// <summary>What stands there, in the words of the format.</summary>
    public static string Found(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => element.GetString() is { Length: <= 40 } text ? $"\"{text}\"" : "a long text",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => element.GetRawText() is { Length: <= 40 } number ? number : "a long number",
    };

    private static string? Mistake(JsonElement element, Type type, string key, JsonSerializerOptions options)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        JsonTypeInfo shape = options.GetTypeInfo(type);
        return (shape.Kind, element.ValueKind) switch
        {
            (JsonTypeInfoKind.Object, JsonValueKind.Object) => ObjectMistake(element, shape, key, options),
            (JsonTypeInfoKind.Dictionary, JsonValueKind.Object) => FirstDuplicate(element, key) is string twice ? $"{twice}: written twice"
                : Each(element.EnumerateObject().Select(p => (p.Value, Inside(key, p.Name))), shape, options),
            (JsonTypeInfoKind.Enumerable, JsonValueKind.Array) =>
                Each(element.EnumerateArray().Select((e, i) => (e, $"{key}[{i}]")), shape, options),
            (JsonTypeInfoKind.None, _) when Allows(element, type) is null => null,
            (JsonTypeInfoKind.None, JsonValueKind.String) when type == typeof(string) =>
                $"{key}: a text with a line break or another control character is not allowed; allowed: {Allowed(type, shape)}",
            _ => Wrong(key, element, Allowed(type, shape)),
        };
    }

    private static string? Each(IEnumerable<(JsonElement, string)> values, JsonTypeInfo shape, JsonSerializerOptions options)
    {
        foreach ((JsonElement value, string key) in values)
            if (Mistake(value, shape.ElementType!, key, options) is string wrong) return wrong;
        return null;
    }

    private static string? ObjectMistake(JsonElement element, JsonTypeInfo shape, string key, JsonSerializerOptions options)
    {
        Dictionary<string, JsonPropertyInfo> known = shape.Properties
            .Where(p => p.Set is not null || p.AssociatedParameter is not null).ToDictionary(p => p.Name, StringComparer.Ordinal);
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string inner = Inside(key, property.Name);
            if (!known.TryGetValue(property.Name, out JsonPropertyInfo? expected))
                return $"{inner}: not a known key; allowed{(key.Length == 0 ? "" : $" in {key}")}: {string.Join(", ", known.Keys)}";
            if (!seen.Add(property.Name)) return $"{inner}: written twice; write it once";
            if (property.Value.ValueKind == JsonValueKind.Null)
            {
                if (expected.IsSetNullable) continue;
                string allowed = Allowed(expected.PropertyType, options.GetTypeInfo(expected.PropertyType));
                return Wrong(inner, property.Value, IsNeeded(expected) ? allowed : $"{allowed}, or leave it out");
            }
            if (Mistake(property.Value, expected.PropertyType, inner, options) is string wrong) return wrong;
        }
        JsonPropertyInfo? missing = known.Values.FirstOrDefault(p => IsNeeded(p) && !seen.Contains(p.Name));
        return missing is null ? null
            : $"{Inside(key, missing.Name)}: missing; needed: {Allowed(missing.PropertyType, options.GetTypeInfo(missing.PropertyType))}";
    }

    private static bool IsNeeded(JsonPropertyInfo property) =>
        property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false };

    /// <returns>What is allowed for a single value, when this one is not; null: it is.</returns>
    private static string? Allows(JsonElement element, Type type)
    {
        bool good = element.ValueKind switch
        {
            JsonValueKind.String when type == typeof(string) => !element.GetString()!.Any(char.IsControl),
            JsonValueKind.String when type == typeof(byte[]) => element.TryGetBytesFromBase64(out _),
            JsonValueKind.String when type.IsEnum => Names(type).Contains(element.GetString(), StringComparer.OrdinalIgnoreCase),
            JsonValueKind.String when type == typeof(DateOnly) =>
                DateOnly.TryParseExact(element.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            JsonValueKind.True or JsonValueKind.False => type == typeof(bool),
            JsonValueKind.Number when type == typeof(int) => element.TryGetInt32(out _),
            JsonValueKind.Number when type == typeof(long) => element.TryGetInt64(out _),
            JsonValueKind.Number when type == typeof(float) => element.TryGetSingle(out float value) && float.IsFinite(value),
            JsonValueKind.Number when type == typeof(double) => element.TryGetDouble(out double value) && double.IsFinite(value),
            // A type that is not listed in Allowed: its converter decides.
            _ => Allowed(type, null).Length == 0,
        };
        return good ? null : Allowed(type, null);
    }

    private static string Allowed(Type type, JsonTypeInfo? shape) => (Nullable.GetUnderlyingType(type) ?? type, shape?.Kind) switch
    {
        (_, JsonTypeInfoKind.Enumerable) => "a list [ … ]",
        (_, JsonTypeInfoKind.Dictionary) => "an object { … }",
        (_, JsonTypeInfoKind.Object) => "an object { … }",
        (var t, _) when t == typeof(string) => "a text without line breaks, in \"quotes\"",
        (var t, _) when t == typeof(bool) => "true or false",
        (var t, _) when t == typeof(int) || t == typeof(long) => "a whole number",
        (var t, _) when t == typeof(float) || t == typeof(double) => "a number",
        (var t, _) when t == typeof(DateOnly) => "a day, \"YYYY-MM-DD\"",
        (var t, _) when t == typeof(byte[]) => "bytes as base64 text",
        (var t, _) when t.IsEnum => string.Join(", ", Names(t).Select(name => $"\"{name}\"")),
        _ => "",
    };

    private static IEnumerable<string> Names(Type type) => Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName);

    private static string Wrong(string key, JsonElement element, string allowed) =>
        $"{(key.Length == 0 ? "the file" : key)}: {Found(element)} is not allowed; allowed: {allowed}";

    private static string Inside(string key, string name) => key.Length == 0 ? name : $"{key}.{name}";
}
