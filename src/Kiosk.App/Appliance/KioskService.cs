using Kiosk.App.Composition;

namespace Kiosk.App.Appliance;

/// <summary>A kiosk that runs on a device: reports its image, gives the browser its address, and sends keep-alives until it is
/// stopped.</summary>
internal static class KioskService
{
    /// <param name="urlFile">A named pipe, or a page (.html), from which the browser reads its address. Null: it is printed on the
    /// terminal.</param>
    public static async Task RunUntilStoppedAsync(KioskProcess kiosk, string? urlFile, TimeProvider time, CancellationToken stop)
    {
        kiosk.WatchScreen();
        List<Task> running = [ImageFacts.FollowAsync(kiosk.Host.Health, time, stop), kiosk.Ui!.Following];
        if (urlFile is null) Print($"screen {kiosk.Ui.Url}");
        else if (urlFile.EndsWith(".html", StringComparison.Ordinal))
            running.Add(new BrowserUrlPage(urlFile, kiosk.Ui.NewUrl, () => kiosk.Ui.IsUrlUsed).RunAsync(time, stop));
        else new BrowserUrlPipe(urlFile, kiosk.Ui.NewUrl).Open();

        ServiceManager manager = ServiceManager.FromEnvironment();
        manager.Ready();
        if (ServiceManager.KeepAliveInterval is { } interval)
            running.Add(manager.SendKeepAlivesAsync(interval, () => kiosk.Host.Alive, time, stop));
        // The first task that ends is either the stop or a fault, which the service manager must see.
        Task first = await Task.WhenAny(running);
        manager.Stopping();
        if (!stop.IsCancellationRequested) await first;
    }

    /// <summary>A console that cannot be written, for example a redirect to a full disk, must not stop the kiosk.</summary>
    private static void Print(string line)
    {
        try
        {
            Console.WriteLine(line);
        }
        catch (IOException)
        {
            // Nobody can read the address there.
        }
    }
}
