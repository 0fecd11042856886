using System.Text.Json;

namespace Kiosk.ReceptionTerminal.Staff;

/// <summary>A JSON file for its owner only (mode 0600), replaced whole or not at all.</summary>
internal static class SecretFile
{
    /// <exception cref="StartException">It cannot be written; what was there is untouched.</exception>
    public static void Write<T>(string path, T content)
    {
        try
        {
            FileStreamOptions secret = new() { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) secret.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            // Beside and renamed: a full disk must not cost what there was.
            using (FileStream stream = new(path + ".new", secret))
            {
                JsonSerializer.Serialize(stream, content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(path + ".new", path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException(path, "cannot be written: " + e.Message, e);
        }
    }
}
