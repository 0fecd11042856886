using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;

namespace Kiosk.Processes.Image;

/// <summary>Checks of the Windows package that need no Windows.</summary>
public sealed class WindowsPackageTests
{
    private static readonly string _folder = Path.Combine(Shell.Image, "windows");
    private static readonly string _schemas = Path.Combine(Shell.Root, "tests/golden/windows");

    [Theory]
    [InlineData("ShellLauncher.xml", "ShellLauncher2019.xsd", "ShellLauncher.xsd")]
    [InlineData("AssignedAccess.xml", "AssignedAccess2021.xsd", "AssignedAccess.xsd")]
    [InlineData("AppLocker.xml", "AppLocker.xsd")]
    [InlineData("AppLocker.off.xml", "AppLocker.xsd")]
    public void It_follows_the_documented_schema(string file, params string[] schemas) =>
        Assert.Equal([], Faults(XDocument.Load(Path.Combine(_folder, file)), schemas));

    [Fact]
    public void A_wrong_action_or_an_unknown_element_is_found()
    {
        XDocument document = XDocument.Load(Path.Combine(_folder, "ShellLauncher.xml"));
        document.Descendants().First(e => e.Name.LocalName == "DefaultAction").SetAttributeValue("Action", "Explode");
        document.Root!.Add(new XElement(document.Root.Name.Namespace + "Profil"));
        Assert.Equal(2, Faults(document, "ShellLauncher2019.xsd", "ShellLauncher.xsd").Count);
    }

    [Theory]
    [InlineData("ShellLauncher.xml", "Profile", "Profile")]
    [InlineData("AssignedAccess.xml", "Profile", "DefaultProfile")]
    public void Every_profile_that_is_used_is_defined(string file, string made, string used)
    {
        XDocument document = XDocument.Load(Path.Combine(_folder, file));
        string[] Ids(string parent, string element) => [.. document.Descendants().Where(e => e.Name.LocalName == parent).Elements()
            .Where(e => e.Name.LocalName == element).Select(e => e.Attribute("Id")?.Value).OfType<string>()];
        string[] profiles = Ids("Profiles", made), wanted = Ids("Config", used);
        Assert.NotEmpty(wanted);
        Assert.All(wanted, id => Assert.Contains(id, profiles));
    }

    [Fact]
    public void Only_administrators_may_run_a_shell_or_a_script()
    {
        XElement exe = XDocument.Load(Path.Combine(_folder, "AppLocker.xml")).Root!.Elements()
            .Single(c => c.Attribute("Type")!.Value == "Exe");
        XElement everybody = exe.Elements().Single(r => r.Attribute("Name")!.Value == "Windows");
        string[] except = [.. everybody.Element("Exceptions")!.Elements().Select(c => c.Attribute("Path")!.Value)];
        string[] tools = ["cmd.exe", "WindowsPowerShell", "mshta.exe", "wscript.exe", "Taskmgr.exe", "regedit.exe"];
        Assert.All(tools, tool => Assert.Contains(except, path => path.Contains(tool, StringComparison.Ordinal)));
        Assert.DoesNotContain(XDocument.Load(Path.Combine(_folder, "AppLocker.xml")).Descendants("FilePathCondition"),
            c => c.Attribute("Path")!.Value == "*" && c.Parent!.Parent!.Attribute("UserOrGroupSid")!.Value != "S-1-5-32-544");
    }

    [Fact]
    public void Browser_service_and_policy_use_the_same_page()
    {
        const string page = "C:/Kiosk/screen/screen.html";
        string Text(string file) => File.ReadAllText(Path.Combine(_folder, file));
        Assert.All((string[])["ShellLauncher.xml", "AssignedAccess.xml", "policies.reg"],
            file => Assert.Contains("file:///" + page, Text(file), StringComparison.Ordinal));
        Assert.Contains("$home_\\screen\\screen.html", Text("kiosk-service.ps1"), StringComparison.Ordinal);
    }

    private static List<string> Faults(XDocument document, params string[] schemas)
    {
        XmlSchemaSet set = new();
        foreach (string schema in schemas)
        {
            using XmlReader reader = XmlReader.Create(Path.Combine(_schemas, schema));
            set.Add(null, reader);
        }

        // A document in a namespace without a schema would pass without any check.
        Assert.True(set.Contains(document.Root!.Name.NamespaceName), document.Root.Name.NamespaceName);
        List<string> faults = [];
        document.Validate(set, (_, fault) => faults.Add(fault.Message));
        return faults;
    }
}
