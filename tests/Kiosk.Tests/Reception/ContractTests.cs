namespace Kiosk.Tests.Reception;

public sealed class ContractTests
{
    [Fact]
    public void The_contract_is_the_one_kiosks_in_the_field_speak()
    {
        // A wanted change: only additions, then copy the file to tests/golden.
        string root = Root();
        Assert.Equal(
            File.ReadAllText(Path.Combine(root, "tests/golden/reception.proto")),
            File.ReadAllText(Path.Combine(root, "src/Kiosk.Contract/reception.proto")));
    }

    // PathMap hides where the sources lie: walk up from the program instead.
    private static string Root()
    {
        DirectoryInfo? dir = new(AppContext.BaseDirectory);
        while (dir is not null && !File.Exists(Path.Combine(dir.FullName, "Kiosk.sln"))) dir = dir.Parent;
        return dir!.FullName;
    }
}
