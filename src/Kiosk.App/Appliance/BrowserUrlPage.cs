using Kiosk.App.Reports;

namespace Kiosk.App.Appliance;

/// <summary>
/// For Windows, whose file system has no named pipes: a page that redirects the browser to its address. The page is written again after
/// the address was used, so that a restarted browser finds a valid one. Only the screen's account may read the folder.
/// </summary>
/// <param name="file">Path of the page. Its folder exists and only the screen's account can read it.</param>
/// <param name="address">Makes a new address; the previous one becomes invalid.</param>
/// <param name="isUsed">True if the newest address was used.</param>
internal sealed class BrowserUrlPage(string file, Func<Uri> address, Func<bool> isUsed)
{
    public async Task RunAsync(TimeProvider time, CancellationToken stop)
    {
        while (true)
        {
            string page = await HtmlDocument.RenderAsync<RedirectPage>(new() { [nameof(RedirectPage.Url)] = address() });
            // Written to another name and renamed, so that a browser never reads half a page.
            await File.WriteAllTextAsync(file + ".new", page, stop);
            File.Move(file + ".new", file, overwrite: true);
            while (!isUsed()) await Task.Delay(TimeSpan.FromMilliseconds(200), time, stop);
        }
    }
}
