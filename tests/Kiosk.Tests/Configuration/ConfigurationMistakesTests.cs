using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kiosk.App.Benches;
using Kiosk.App.Commissioning;
using Kiosk.App.Composition;
using Kiosk.App.Configuration;
using Kiosk.Contract;
using Kiosk.Core.Failures;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.FaceEngine.Presentation;
using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Link;
using Kiosk.Simulators.CardReader;

namespace Kiosk.Tests.Configuration;

/// <summary>
/// Every key of every JSON file that people write, with every mistake of <see cref="Mistakes"/>: the file is taken, or refused with one
/// line that names the key. Anything else would be a stack trace on the screen of a technician.
/// </summary>
public sealed class ConfigurationMistakesTests : IDisposable
{
    private const string KioskSample = """
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
          "devices": [
            { "class": "tamper", "driver": "", "address": "gpiochip0:17", "model": "m", "serial": "s", "count": 0, "activeLow": true,
              "stimulus": "" },
            { "class": "ambient-light", "address": "i2c-1:0x23" },
            { "class": "status-light", "address": "spidev0.0", "count": 12 }
          ],
          "tamperLatch": "tamper.latch",
          "ticket": { "printer": "192.168.1.50:9100", "waitSeconds": 2 },
          "telemetry": { "otlp": "http://collector:4318/v1/metrics", "seconds": 60 }
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kiosk-mistakes");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_samples_have_every_key()
    {
        Assert.Equal(
            Mistakes.Keys(typeof(Config)).Order(StringComparer.Ordinal), Mistakes.KeysOf(KioskSample).Order(StringComparer.Ordinal));
        Assert.Equal(
            Mistakes.Keys(typeof(ReceptionOptions)).Order(StringComparer.Ordinal),
            Mistakes.KeysOf(Mistakes.ReceptionSample).Append("postgres")
                // Its keys are languages.
                .Select(key => key == "site.endingTexts.en" ? "site.endingTexts" : key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_mistake_in_kiosk_json_is_one_line_that_names_the_key() => Judge(KioskSample, LoadKiosk, Failure.ConfigBroken);

    [Fact]
    public void Each_mistake_in_reception_json_is_one_line_that_names_the_key()
    {
        Judge(Mistakes.ReceptionSample, LoadReception);
        Judge(
            Mistakes.ReceptionSample.Replace("\"database\": \"reception.db\"", "\"postgres\": \"Host=db\"", StringComparison.Ordinal),
            LoadReception);
    }

    [Fact]
    public void Each_mistake_in_a_bench_file_is_one_line_that_names_the_key() =>
        Judge(
            File.ReadAllText(Path.Combine(Golden.Root(), "hardware/bench.example.json")), path => DeskFile.Load(path),
            Failure.ConfigBroken);

    [Fact]
    public void Each_mistake_in_the_answers_of_a_commissioning_is_one_line_that_names_the_key() =>
        Judge(
            File.ReadAllText(Path.Combine(Golden.Root(), "hardware/commission.example.json")), path => Commission.Load(path),
            Failure.ConfigBroken);

    [Fact]
    public void Each_mistake_in_the_limits_of_the_light_is_one_line_that_names_the_key() =>
        Judge(
            JsonSerializer.Serialize(new LightLimits("c", "p", new(), new(Covered: [[-1, -1, 0, 0]])), JsonFile.Options),
            path => LightLimitsFile.Read(path), Failure.ConfigBroken);

    [Fact]
    public void Each_mistake_in_the_list_of_models_is_one_line_that_names_the_key()
    {
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(Golden.Root(), "models/manifest.json")))!;
        // A detector and a recogniser: together they have every key.
        JsonArray models = manifest["models"]!.AsArray();
        while (models.FirstOrDefault(m => (string?)m!["id"] is not ("blazeface" or "mobilefacenet")) is { } other) models.Remove(other);
        Assert.Equal(2, models.Count);
        Judge(manifest.ToJsonString(), path => ModelManifest.Read(path), Failure.ModelNotListed);
    }

    [Fact]
    public void Each_mistake_in_a_virtual_card_is_one_line_that_names_the_card()
    {
        const string Sample = """
            { "like": "standard", "what": "w", "printed": { "birth": "19930409", "validYears": 8 }, "certificateEndsInDays": 5,
              "fault": "pull-at 3", "applications": { "D392F000260100000001": { "pins": { "0018": { "value": "1234", "tries": 3 } } } } }
            """;
        foreach ((_, string what, string text) in Mistakes.Of(Sample))
        {
            string file = Write(Encoding.UTF8.GetBytes(text));
            try
            {
                _ = VirtualCards.Pin(file);
                _ = CardSheet.LinesFor(file, new(2026, 4, 1)).Count();
            }
            catch (InvalidDataException refused)
            {
                bool named = refused.Message.Contains(file, StringComparison.Ordinal)
                    || refused.Message.StartsWith("No card", StringComparison.Ordinal);
                Assert.True(named, $"{what}: {refused.Message}");
                Assert.DoesNotContain('\n', refused.Message);
            }
        }
    }

    [Theory]
    [InlineData("contactless-reader", "card.reader")]
    [InlineData("contact-reader", "card.reader")]
    [InlineData("face-camera", "face.camera")]
    [InlineData("card-camera", "card.camera")]
    [InlineData("nir-camera", "face.nirCamera")]
    [InlineData("keypad", "ui.keypad")]
    [InlineData("ticket-printer", "ticket.printer")]
    public void A_device_with_a_key_of_its_own_is_refused_among_the_devices(string deviceClass, string key)
    {
        JsonNode config = JsonNode.Parse(KioskSample)!;
        config["devices"] = new JsonArray(new JsonObject { ["class"] = deviceClass });
        FailureException refused =
            Assert.Throws<FailureException>(() => LoadKiosk(Write(Encoding.UTF8.GetBytes(config.ToJsonString()))));
        Assert.Contains($"devices[0].class: \"{deviceClass}\" belongs into {key}", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_and_UTF16_are_read()
    {
        foreach (Encoding encoding in (Encoding[])[new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode])
            LoadKiosk(Write([.. encoding.GetPreamble(), .. encoding.GetBytes(KioskSample)]));
    }

    [Fact]
    public void A_folder_a_missing_file_and_a_device_are_named()
    {
        string[] paths = [_folder.FullName, Path.Combine(_folder.FullName, "none.json"), "/dev/zero", "", "\0", "/dev/null/x"];
        foreach (string path in paths)
        {
            FailureException refused = Assert.Throws<FailureException>(() => LoadKiosk(path));
            Assert.Equal(Failure.ConfigBroken, refused.Failure);
            Assert.Contains(path, refused.Detail, StringComparison.Ordinal);
        }
    }

    private void Judge(string sample, Action<string> load, Failure? expected = null)
    {
        List<string> bad = [];
        load(Write(Encoding.UTF8.GetBytes(sample)));
        int refused = 0;
        foreach ((string key, string what, string text) in Mistakes.Of(sample))
        {
            string line = Refused(Encoding.UTF8.GetBytes(text));
            if (line.Length == 0) continue;
            refused++;
            if (!line.Contains(key, StringComparison.Ordinal)) bad.Add($"{what}: {line}");
        }
        foreach (byte[] content in Mistakes.WholeFiles())
            if (Refused(content) is "") bad.Add($"taken: {Encoding.UTF8.GetString(content, 0, Math.Min(20, content.Length))}");
        Assert.True(bad.Count == 0, $"{bad.Count} bad\n{string.Join('\n', bad.Take(20))}");
        Assert.True(refused > 50, $"only {refused} mistakes were found");

        // The one line; empty: taken.
        string Refused(byte[] content)
        {
            string line;
            try
            {
                load(Write(content));
                return "";
            }
            catch (FailureException wrong) when (wrong.Failure == expected)
            {
                line = wrong.Detail;
            }
            catch (StartException wrong) when (expected is null)
            {
                line = wrong.Message;
            }
            catch (Exception crash)
            {
                line = "";
                string file = Encoding.UTF8.GetString(content, 0, Math.Min(1500, content.Length));
                bad.Add($"{crash.GetType().Name}: {crash.Message} for {file}");
            }
            if (line.Contains('\n')) bad.Add($"two lines: {line}");
            return line;
        }
    }

    private static void LoadKiosk(string path) => KioskPlan.For(Config.Load(path), null);

    private static void LoadReception(string path) =>
        SitePolicies.FromOptions(ReceptionTerminal.Configuration.ReceptionConfig.Load(path), hasInstitution: false,
            comparesCardFace: false, hasCentre: false);

    private string Write(byte[] content)
    {
        string path = Path.Combine(_folder.FullName, "file.json");
        File.WriteAllBytes(path, content);
        return path;
    }
}
