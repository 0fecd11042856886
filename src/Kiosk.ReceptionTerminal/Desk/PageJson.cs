using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>How answers to the page are written: names in camelCase, Japanese unescaped.</summary>
internal static class PageJson
{
    public static JsonSerializerOptions Options { get; } =
        new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };
}
