namespace Kiosk.App.Appliance;

/// <summary>A kiosk at work on a device: tells its image, opens the door for the browser, gives signs of life until stopped.</summary>
internal static class Serving
{
    /// <param name="door">A named pipe, or a page (.html), at which the browser fetches its address; null: it is read off the terminal.</param>
    public static async Task UntilStoppedAsync(KioskProcess kiosk, string? door, TimeProvider time, CancellationToken stop)
    {
        List<Task> working = [ImageFacts.FollowAsync(kiosk.Host.Health, time, stop), kiosk.Ui!.Following];
        if (door is null) Console.WriteLine($"screen {kiosk.Ui.Url}");
        else if (door.EndsWith(".html", StringComparison.Ordinal)) working.Add(new DoorPage(door, kiosk.Ui.NewUrl, () => kiosk.Ui.UrlSpent).RunAsync(time, stop));
        else new Door(door, kiosk.Ui.NewUrl).Open();

        ServiceManager manager = ServiceManager.FromEnvironment();
        manager.Ready();
        if (ServiceManager.Patience is { } patience) working.Add(manager.BeatAsync(patience, () => kiosk.Host.Alive, time, stop));
        // The first to end is the stop, or a fault that the service manager must see.
        Task first = await Task.WhenAny(working);
        manager.Stopping();
        if (!stop.IsCancellationRequested) await first;
    }
}
