using System.Collections.Frozen;
using System.Reflection;
using System.Text;

namespace Kiosk.App.PageServer;

/// <summary>The page's files, embedded in the program.</summary>
public sealed class PageFiles
{
    private readonly FrozenDictionary<string, (string Type, byte[] Bytes)> _files;

    private PageFiles(Dictionary<string, (string, byte[])> files) => _files = files.ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="program">The program that the files are embedded in.</param>
    /// <param name="folder">Prefix of the embedded names, e.g. <c>wwwroot/</c>.</param>
    /// <param name="more">Files made at start: path and bytes.</param>
    public static PageFiles From(Assembly program, string folder, params (string Path, byte[] Bytes)[] more)
    {
        Dictionary<string, (string, byte[])> files = [];
        foreach (string name in program.GetManifestResourceNames().Where(name => name.StartsWith(folder, StringComparison.Ordinal)))
        {
            using MemoryStream copy = new();
            using (Stream file = program.GetManifestResourceStream(name)!) file.CopyTo(copy);
            Add($"/{name[folder.Length..]}", copy.ToArray());
        }
        foreach ((string path, byte[] bytes) in more) Add(path, bytes);

        // The pictures are one SVG sprite inside the page: loaded once, coloured by the page's style sheet.
        if (files.Remove("/pictures.svg", out (string, byte[] Bytes) sprite))
        {
            string page = Encoding.UTF8.GetString(files["/index.html"].Item2);
            string whole = page.Replace("<!--pictures-->", Encoding.UTF8.GetString(sprite.Bytes), StringComparison.Ordinal);
            Add("/index.html", Encoding.UTF8.GetBytes(whole));
        }
        files["/"] = files["/index.html"];
        return new(files);

        void Add(string path, byte[] bytes) => files[path] = (TypeOf(path), bytes);
    }

    public async Task SendAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method)
            || !_files.TryGetValue(context.Request.Path.Value ?? "", out (string Type, byte[] Bytes) file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        context.Response.ContentType = file.Type;
        context.Response.ContentLength = file.Bytes.Length;
        await context.Response.Body.WriteAsync(file.Bytes, context.RequestAborted);
    }

    private static string TypeOf(string path) => Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
}
