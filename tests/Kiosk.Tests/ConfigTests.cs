using Kiosk.App.Configuration;
using Kiosk.Core.Failures;

namespace Kiosk.Tests;

public sealed class ConfigTests : IDisposable
{
    private const string Good = """
        {
          "card": { "trust": "trust" },
          "reception": { "address": "https://reception:8601", "ca": "ca.pem", "certificate": "kiosk-1.pem", "key": "kiosk-1.key" }
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kiosk-config");

    public void Dispose() => _folder.Delete(recursive: true);

    private string File(string text)
    {
        string path = Path.Combine(_folder.FullName, "kiosk.json");
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public void The_least_configuration_has_the_defaults_and_paths_of_its_own_folder()
    {
        Config config = Config.Load(File(Good));
        Assert.Equal("kiosk-1", config.Id);
        Assert.Equal(FaceUse.Staffed, config.Face.Use);
        Assert.Equal(Path.Combine(_folder.FullName, "ca.pem"), config.Reception!.Ca);
        Assert.Equal(Path.Combine(_folder.FullName, "kiosk.journal"), config.Journal);
    }

    [Theory]
    [InlineData("", "kiosk.json")]
    [InlineData("{", "line 1")]
    [InlineData("{}", "card.trust: missing")]
    [InlineData("""{ "card": { "trust": "trust" } }""", "reception: missing")]
    [InlineData("""{ "simulate": true }""", "simulate")]
    [InlineData("""{ "face": { "use": "always" } }""", "face.use")]
    [InlineData("""{ "id": "Kiosk 1" }""", "id: 1 to 32")]
    [InlineData("""{ "ui": { "port": 99999 } }""", "ui.port")]
    [InlineData(
        """{ "card": { "trust": "trust" }, "reception": { "address": "http://reception", "ca": "a", "certificate": "b", "key": "c" } }""",
        "reception.address")]
    [InlineData(
        """{ "card": { "trust": "trust" }, "reception": { "address": "https://reception", "ca": "a", "certificate": "b", "key": "" } }""",
        "reception.key")]
    public void A_wrong_file_is_refused_naming_the_key(string text, string named)
    {
        FailureException refused = Assert.Throws<FailureException>(() => Config.Load(File(text)));
        Assert.Equal(Failure.ConfigBroken, refused.Failure);
        Assert.Contains(named, refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        FailureException refused = Assert.Throws<FailureException>(() => Config.Load(Path.Combine(_folder.FullName, "none.json")));
        Assert.Contains("none.json", refused.Detail, StringComparison.Ordinal);
    }
}
