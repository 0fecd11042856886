using System.Reflection;
using System.Text.Json.Nodes;
using Kiosk.App.Composition;
using Kiosk.App.Configuration;
using Kiosk.Tests.Architecture;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Kiosk.Tests.Composition;

/// <summary>
/// Each configuration key reaches its part: the plan changes with the key, and the kiosk is put together from the whole plan. A new key
/// needs an entry here.
/// </summary>
public sealed class KioskPlanTests : IDisposable
{
    private const string Base = """
        {
          "id": "kiosk-1",
          "ui": {
            "port": 8600, "panelWidthMm": 217, "shufflePad": false, "voices": "voices", "keypad": "/dev/input/event1",
            "display": "HDMI-A-1", "touch": "FT5406"
          },
          "card": { "reader": "Acme", "trust": "trust", "camera": "1" },
          "face": { "use": "staffed", "engine": "mobilefacenet", "camera": "0", "models": "models", "headTurn": true, "nirCamera": "2",
                    "cohort": "cohort.bin", "cohortThreshold": 3, "light": "light.json" },
          "reception": {
            "address": "https://reception:8601", "ca": "ca.pem", "certificate": "kiosk.pem", "key": "kiosk.key",
            "pins": ["jqKHRgEDxIpxvDhPtBAmk6ub3Dkzqg0XvO9mQbvdrmI="]
          },
          "journal": "kiosk.journal",
          "outbox": { "file": "kiosk.outbox", "key": "/run/kiosk/outbox.key" },
          "devices": [{ "class": "sound", "address": "pwmchip0:0" }],
          "tamperLatch": "tamper.latch",
          "ticket": { "printer": "printer:9100", "waitSeconds": 2 },
          "telemetry": { "otlp": "http://collector:4318/v1/metrics", "seconds": 60 }
        }
        """;

    /// <summary>
    /// Key, another value for it, and what of the plan must follow. Every key is the running kiosk's; `selftest`, `commission` and
    /// `enroll` use some of the same keys and none of their own.
    /// </summary>
    private static readonly (string Key, string Value, Func<KioskPlan, object?> Part)[] _keys =
    [
        ("id", "\"kiosk-2\"", plan => plan.Id),
        ("ui.port", "8700", plan => plan.Ui.Port),
        ("ui.panelWidthMm", "344", plan => plan.Ui.PanelWidthMm),
        ("ui.shufflePad", "true", plan => plan.Ui.ShufflePad),
        ("ui.voices", "\"other\"", plan => plan.Ui.Voices),
        ("ui.keypad", "\"/dev/input/event2\"", plan => plan.Keypad),
        ("ui.display", "\"HDMI-A-2\"", plan => plan.Display),
        ("ui.touch", "\"ILITEK\"", plan => plan.Touch),
        ("card.reader", "\"Other\"", plan => plan.Reader),
        ("card.trust", "\"other\"", plan => plan.Trust),
        ("card.camera", "\"3\"", plan => plan.TrayCamera),
        ("face.use", "\"off\"", plan => plan.Face.IsOffered),
        ("face.use", "\"unattended\"", plan => plan.Face.Check.Profile),
        ("face.engine", "\"dlib\"", plan => plan.Face.Check.Engine),
        ("face.camera", "\"4\"", plan => plan.Face.Camera),
        ("face.models", "\"other\"", plan => plan.Face.Models),
        ("face.headTurn", "false", plan => plan.Face.HeadTurn),
        ("face.headTurn", "false", plan => plan.Face.Check.Challenge),
        ("face.nirCamera", "\"5\"", plan => plan.Face.NirCamera),
        ("face.cohort", "\"other.bin\"", plan => plan.Face.Check.Cohort),
        ("face.cohortThreshold", "4", plan => plan.Face.Check.CohortThreshold),
        ("face.light", "\"other.json\"", plan => plan.Face.Light),
        ("reception.address", "\"https://other:8601\"", plan => plan.Link.Address),
        ("reception.ca", "\"other.pem\"", plan => plan.Link.CaFile),
        ("reception.certificate", "\"other.pem\"", plan => plan.Link.CertificateFile),
        ("reception.key", "\"other.key\"", plan => plan.Link.KeyFile),
        ("reception.pins", "[\"xqKHRgEDxIpxvDhPtBAmk6ub3Dkzqg0XvO9mQbvdrmI=\"]", plan => string.Join(' ', plan.Link.Pins!)),
        ("journal", "\"other.journal\"", plan => plan.Journal),
        ("outbox.file", "\"other.outbox\"", plan => plan.Outbox!.File),
        ("outbox.key", "\"/run/other.key\"", plan => plan.Outbox!.Key),
        ("devices", "[{ \"class\": \"tamper\", \"address\": \"gpiochip0:1\" }]", plan => string.Join(' ', plan.Devices)),
        ("tamperLatch", "\"other.latch\"", plan => plan.TamperLatch),
        ("ticket.printer", "\"printer:9101\"", plan => plan.Ticket!.Printer),
        ("ticket.waitSeconds", "1", plan => plan.Ticket!.Wait),
        ("telemetry.otlp", "\"http://other:4318/v1/metrics\"", plan => plan.Telemetry.Otlp),
        ("telemetry.seconds", "30", plan => plan.Telemetry.Seconds),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kiosk-plan");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Every_key_of_the_configuration_is_proven_here() =>
        Assert.Equal(Leaves(typeof(Config), "").Order(StringComparer.Ordinal), _keys.Select(k => k.Key).Distinct()
            .Order(StringComparer.Ordinal));

    [Fact]
    public void Each_key_changes_what_its_part_gets()
    {
        KioskPlan plan = Plan(JsonNode.Parse(Base)!);
        foreach ((string key, string value, Func<KioskPlan, object?> part) in _keys)
        {
            JsonNode changed = JsonNode.Parse(Base)!;
            string[] names = key.Split('.');
            JsonNode at = names.Length == 1 ? changed : changed[names[0]]!;
            Assert.NotNull(at[names[^1]]);
            at[names[^1]] = JsonNode.Parse(value);
            Assert.False(Equals(part(plan), part(Plan(changed))), $"{key} changes nothing: {part(plan)}");
        }
    }

    [Fact]
    public void What_may_be_left_out_is_left_out()
    {
        KioskPlan plan = Plan(JsonNode.Parse("""
            { "card": { "trust": "trust" },
              "reception": { "address": "https://r", "ca": "ca.pem", "certificate": "k.pem", "key": "k.key" } }
            """)!);
        Assert.Equal((null, null, null, null), (plan.Outbox, plan.TrayCamera, plan.Keypad, plan.Face.NirCamera));
        Assert.Equal((null, null, null), (plan.Face.Check.Engine, plan.Face.Check.Cohort, plan.Face.Models));
    }

    [Fact]
    public void The_browsers_session_reaches_the_screen() =>
        Assert.Equal("session", KioskPlan.For(Load(JsonNode.Parse(Base)!), "session").Ui.SessionFile);

    /// <summary>A part of the plan that nobody reads reaches nothing: so it was when a merge lost the start of the metrics.</summary>
    [Fact]
    public void The_kiosk_is_put_together_from_the_whole_plan()
    {
        using ModuleDefinition kiosk = ShippedPrograms.Open("kiosk");
        TypeDefinition composition = kiosk.GetType("Kiosk.App.Composition.ConfiguredKiosk");
        HashSet<string> read =
        [
            .. Methods(composition).Where(method => method.HasBody).SelectMany(method => method.Body.Instructions)
                .Where(instruction => instruction.OpCode.Code is Code.Call or Code.Callvirt)
                .Select(instruction => (MethodReference)instruction.Operand).Select(called => $"{called.DeclaringType.Name}.{called.Name}"),
        ];
        foreach (Type part in (Type[])[typeof(KioskPlan), typeof(FacePlan), typeof(TicketPlan)])
            foreach (PropertyInfo property in part.GetProperties()) Assert.Contains($"{part.Name}.get_{property.Name}", read);

        static IEnumerable<MethodDefinition> Methods(TypeDefinition type) => type.Methods.Concat(type.NestedTypes.SelectMany(Methods));
    }

    private static IEnumerable<string> Leaves(Type type, string prefix)
    {
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            string key = prefix + char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
            if (property.PropertyType is { IsClass: true } inner && inner.Namespace == typeof(Config).Namespace)
                foreach (string leaf in Leaves(inner, key + ".")) yield return leaf;
            else yield return key;
        }
    }

    private KioskPlan Plan(JsonNode json) => KioskPlan.For(Load(json), null);

    private Config Load(JsonNode json)
    {
        string file = Path.Combine(_folder.FullName, "kiosk.json");
        File.WriteAllText(file, json.ToJsonString());
        return Config.Load(file);
    }
}
