using System.Text.Json;

namespace Kiosk.Hardware;

/// <summary>What is on this desk: <c>hardware/bench.json</c>, or the file named by KIOSK_BENCH. Tests ask for a capability and skip without it.</summary>
public sealed record Desk(string? Reader, string? Camera)
{
    private static readonly JsonSerializerOptions _json = new() { PropertyNameCaseInsensitive = true };

    public static Desk Find()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Kiosk.sln"))) at = at.Parent;
        string file = Environment.GetEnvironmentVariable("KIOSK_BENCH") ?? Path.Combine(at?.FullName ?? ".", "hardware", "bench.json");
        Skip.IfNot(File.Exists(file), "no bench file: copy hardware/bench.example.json to hardware/bench.json and say what is on the desk");
        return JsonSerializer.Deserialize<Desk>(File.ReadAllText(file), _json)!;
    }
}
