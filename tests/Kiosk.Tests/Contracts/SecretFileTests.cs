using Kiosk.Contract;

namespace Kiosk.Tests.Contracts;

public sealed class SecretFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kiosk-secret-").FullName;

    private string Secret => Path.Combine(_folder, "secret");

    [Fact]
    public void Only_the_owner_may_read_it_even_where_a_crash_left_an_open_temporary_file()
    {
        File.WriteAllText(Secret + ".tmp", "left by a crash");
        SecretFile.Write(Secret, "first");
        SecretFile.Write(Secret, "second");

        Assert.Equal("second", File.ReadAllText(Secret));
        Assert.Equal([Secret], Directory.GetFiles(_folder));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Secret));
    }

    [Fact]
    public void A_write_that_fails_leaves_what_was_there()
    {
        SecretFile.Write(Secret, "first");
        // A folder in the place of the temporary file: it cannot be opened.
        Directory.CreateDirectory(Secret + ".tmp");

        Assert.ThrowsAny<SystemException>(() => SecretFile.Write(Secret, "second"));

        Assert.Equal("first", File.ReadAllText(Secret));
    }

    [Fact]
    public void A_new_file_never_replaces_one_and_leaves_nothing_behind()
    {
        SecretFile.WriteNew(Secret, "first"u8);

        Assert.ThrowsAny<IOException>(() => SecretFile.WriteNew(Secret, "second"u8));

        Assert.Equal("first", File.ReadAllText(Secret));
        Assert.Equal([Secret], Directory.GetFiles(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
