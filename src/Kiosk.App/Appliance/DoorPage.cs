namespace Kiosk.App.Appliance;

/// <summary>
/// The door where there are no named pipes of a file system (Windows): a page that leads the browser to its address. Written anew
/// once the address was used, so that a browser started again finds one. Only the screen's account may read the folder.
/// </summary>
/// <param name="file">Where the page goes; its folder exists and is closed to others.</param>
/// <param name="address">A fresh address; voids the one before.</param>
/// <param name="spent">Whether the last one was used.</param>
internal sealed class DoorPage(string file, Func<Uri> address, Func<bool> spent)
{
    public async Task RunAsync(TimeProvider time, CancellationToken stop)
    {
        while (true)
        {
            string page = $"<!doctype html><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0;url={address()}\">";
            // Aside and renamed: a browser never reads half a page.
            await File.WriteAllTextAsync(file + ".new", page, stop);
            File.Move(file + ".new", file, overwrite: true);
            while (!spent()) await Task.Delay(TimeSpan.FromMilliseconds(200), time, stop);
        }
    }
}
