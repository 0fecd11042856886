using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Kiosk.ReceptionTerminal.Desk;

/// <summary>How answers to the page are written: names as JavaScript has them, Japanese readable.</summary>
internal static class DeskJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };
}
