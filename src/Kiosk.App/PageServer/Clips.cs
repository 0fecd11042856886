using System.Collections.Frozen;

namespace Kiosk.App.PageServer;

/// <summary>The recorded or synthesised texts: one file for each language and key, made by <c>./dev voices</c>. The list of files is
/// read once at start, so no request can name a file outside it.</summary>
public sealed class Clips
{
    private const string Root = "/voice/";

    private readonly FrozenDictionary<string, string> _files;

    private Clips(Dictionary<string, string> files) => _files = files.ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="folder">Null or a missing folder: no clips.</param>
    public static Clips FromFolder(string? folder)
    {
        Dictionary<string, string> files = [];
        if (Directory.Exists(folder))
        {
            foreach (string file in Directory.EnumerateFiles(folder, "*.ogg", SearchOption.AllDirectories))
                files[$"{Root}{Path.GetFileName(Path.GetDirectoryName(file))}/{Path.GetFileNameWithoutExtension(file)}"] = file;
        }
        return new(files);
    }

    public static bool IsClipPath(PathString path) => path.Value?.StartsWith(Root, StringComparison.Ordinal) == true;

    public async Task SendAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || !_files.TryGetValue(context.Request.Path.Value!, out string? file))
        {
            // A missing clip is not an error: that text is silent.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        context.Response.ContentType = "audio/ogg";
        await context.Response.SendFileAsync(file, context.RequestAborted);
    }
}
