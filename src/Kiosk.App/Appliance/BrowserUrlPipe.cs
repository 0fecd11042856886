namespace Kiosk.App.Appliance;

/// <summary>
/// Gives each browser that starts a fresh, one-time address of the screen through a named pipe that only the browser's
/// user can read. So the address is on no command line, in no log and in no file.
/// </summary>
/// <param name="pipe">Made by the image (tmpfiles).</param>
/// <param name="address">Called once for each reader; voids the addresses given before.</param>
internal sealed class BrowserUrlPipe(string pipe, Func<Uri> address)
{
    /// <summary>Returns at once. The thread ends with the process: opening a pipe nobody reads cannot be called off.</summary>
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
                // It left before it read; the next one gets its own.
            }

            // Time for the reader to close: opened at once again, it could be the same one and swallow the next one's address.
            Thread.CurrentThread.Join(TimeSpan.FromMilliseconds(500));
        }
    }
}
