using System.Text.Json;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Configuration;

namespace Kiosk.ReceptionTerminal.Staff;

/// <summary>How the two files about staff, accounts and 目視 codes, are read and written: JSON, readable by the owner only.</summary>
internal static class StaffFile
{
    private static readonly JsonSerializerOptions _strict =
        new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <param name="what">What the file holds, for the error message.</param>
    /// <param name="command">The command that makes the file.</param>
    /// <param name="isComplete">False for content that was changed by hand and lacks something.</param>
    /// <exception cref="StartException">The file is missing, broken or incomplete.</exception>
    public static T Read<T>(string path, string what, string command, Func<T, bool> isComplete)
        where T : class
    {
        try
        {
            if (JsonSerializer.Deserialize<T>(File.ReadAllText(path), _strict) is { } content && isComplete(content)) return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            throw new StartException(
                path, $"the {what} cannot be read; make them with \"{command}\" ({e.Message.ReplaceLineEndings(" ")})", e);
        }

        throw new StartException(path, $"the {what} are incomplete; make them with \"{command}\"");
    }

    /// <exception cref="StartException">It cannot be written; what was there is untouched.</exception>
    public static void Write<T>(string path, T content)
    {
        try
        {
            SecretFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(content));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException(path, "cannot be written: " + e.Message, e);
        }
    }
}
