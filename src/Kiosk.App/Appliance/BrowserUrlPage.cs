using Kiosk.App.Reports;

namespace Kiosk.App.Appliance;

/// <summary>
/// Where the file system has no named pipes (Windows): a page that sends the browser to its address. It is written again
/// when the address was used, so that a browser that restarts finds a fresh one. Only the screen's account may read the folder.
/// </summary>
/// <param name="file">Where the page goes; its folder exists and is closed to others.</param>
/// <param name="address">A fresh address; voids the one before.</param>
/// <param name="spent">Whether the last one was used.</param>
internal sealed class BrowserUrlPage(string file, Func<Uri> address, Func<bool> spent)
{
    public async Task RunAsync(TimeProvider time, CancellationToken stop)
    {
        while (true)
        {
            string page = await HtmlDocument.RenderAsync<RedirectPage>(new() { [nameof(RedirectPage.Url)] = address() });
            // Written to another name and renamed, so that a browser never reads half a page.
            await File.WriteAllTextAsync(file + ".new", page, stop);
            File.Move(file + ".new", file, overwrite: true);
            while (!spent()) await Task.Delay(TimeSpan.FromMilliseconds(200), time, stop);
        }
    }
}
