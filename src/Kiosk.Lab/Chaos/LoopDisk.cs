using System.Diagnostics;

namespace Kiosk.Lab.Chaos;

/// <summary>
/// A mounted ext4 file system in a file. A copy of the file shows what is left after a power cut, because only synced data (or data that
/// the kernel has written back) is in the file. It needs root.
/// </summary>
internal sealed class LoopDisk : IDisposable
{
    private readonly string _image;

    public LoopDisk(string folder, int megabytes)
    {
        (_image, Root) = (Path.Combine(folder, "disk.img"), Path.Combine(folder, "disk"));
        Directory.CreateDirectory(Root);
        Run("truncate", "-s", $"{megabytes}M", _image);
        Run("mkfs.ext4", "-q", "-F", _image);
        Run("mount", "-o", "loop", _image, Root);
    }

    public string Root { get; }

    /// <summary>Why it cannot be used on this machine; null: it can.</summary>
    public static string? Missing =>
        !OperatingSystem.IsLinux() ? "Linux only" : Environment.UserName != "root" ? "needs root to mount a loop device"
            : !File.Exists("/dev/loop-control") ? "no loop devices" : null;

    /// <summary>The data that would be left after a power cut at this moment. The processes that write must be frozen.</summary>
    public void Look(Action<string> at)
    {
        string copy = _image + ".cut", root = Root + ".cut";
        File.Delete(copy);
        Run("cp", "--sparse=always", _image, copy);
        Directory.CreateDirectory(root);
        Run("mount", "-o", "loop", copy, root);
        try
        {
            at(root);
        }
        finally
        {
            Run("umount", root);
        }
    }

    /// <summary>Fills the remaining free space.</summary>
    public void Fill()
    {
        try
        {
            using FileStream fill = new(Path.Combine(Root, "fill"), FileMode.Create);
            byte[] block = new byte[64 * 1024];
            while (true) fill.Write(block);
        }
        catch (IOException)
        {
            // The disk is full, as intended.
        }
    }

    public void Free() => File.Delete(Path.Combine(Root, "fill"));

    public void Dispose() => Run("umount", Root);

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error}");
    }
}
