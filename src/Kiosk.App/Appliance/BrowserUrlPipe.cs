namespace Kiosk.App.Appliance;

/// <summary>
/// Gives each browser that starts a new one-time address of the screen, through a named pipe that only the browser's user can read.
/// So the address is never on a command line, in a log or in a file.
/// </summary>
/// <param name="pipe">Path of the pipe. The image creates it (tmpfiles).</param>
/// <param name="address">Called once for each reader. Addresses given earlier become invalid.</param>
internal sealed class BrowserUrlPipe(string pipe, Func<Uri> address)
{
    /// <summary>Returns at once. The thread ends only with the process, because opening a pipe that nobody reads cannot be
    /// cancelled.</summary>
    public void Open() => new Thread(Serve) { IsBackground = true, Name = "browser-url" }.Start();

    private void Serve()
    {
        while (true)
        {
            try
            {
                // Opening waits for a reader.
                using FileStream reader = new(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                reader.Write(System.Text.Encoding.ASCII.GetBytes($"{address()}\n"));
            }
            catch (IOException)
            {
                // The reader closed the pipe before it read. The next reader gets a new address.
            }

            // Give the reader time to close. If the pipe were opened again at once, the same reader could also take the next reader's
            // address.
            Thread.CurrentThread.Join(TimeSpan.FromMilliseconds(500));
        }
    }
}
