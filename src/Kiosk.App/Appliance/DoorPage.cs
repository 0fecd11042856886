using Kiosk.App.Reports;

namespace Kiosk.App.Appliance;

/// <summary>
/// A page that leads the browser to the screen's address, where named pipes are not part of the file system (Windows). It is written
/// again as soon as the address was used, so that a restarted browser finds a fresh one. Only the screen's account may read the folder.
/// </summary>
/// <param name="file">Path of the page; its folder exists and is closed to other accounts.</param>
/// <param name="address">Makes a new address; the one before is no longer valid.</param>
/// <param name="spent">Whether the last address was used.</param>
internal sealed class DoorPage(string file, Func<Uri> address, Func<bool> spent)
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
