using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Link;

namespace Kiosk.Tests.Contracts;

/// <summary>
/// Kiosks and receptions are not updated in one instant, and a reception's database keeps messages: what was sent once is understood
/// for good. The .bin files of tests/golden/contract are never changed. APPROVE=1 adds: a line to shape.txt, a message's next
/// version beside the ones before.
/// </summary>
public sealed class ContractTests
{
    private const string Folder = "tests/golden/contract";

    private static readonly ContractShape s_now = ContractShape.Of(ReceptionReflection.Descriptor);

    private static readonly Dictionary<string, object> s_pairing = new()
    {
        ["PairingRequest"] = new PairingRequest([1, 2, 3], [4, 5, 6]),
        ["SignedProvisioning"] = new SignedProvisioning([7, 8], [9, 10], [11, 12]),
        ["Provisioning"] = new Provisioning("kiosk-1", "https://192.168.1.10:8601", "-----BEGIN CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----", ["present-pin", "next-pin"]),
    };

    static ContractTests()
    {
        if (Environment.GetEnvironmentVariable("APPROVE") == "1") Keep();
    }

    private static string Path(string file) => System.IO.Path.Combine(Golden.Root(), Folder, file);

    [Fact]
    public void No_number_gets_another_meaning_and_what_is_withdrawn_is_reserved()
    {
        string[] kept = File.ReadAllLines(Path("shape.txt"));
        Assert.Empty(s_now.Broken(kept));
        // New in the contract: APPROVE=1 adds it.
        Assert.Empty(s_now.Lines.Except(kept));
    }

    [Fact]
    public void Every_field_of_every_message_is_filled_in_the_samples()
    {
        HashSet<string> filled = [];
        foreach (IMessage sample in ContractSamples.All.Values) Fill(sample);
        IEnumerable<string> all = ReceptionReflection.Descriptor.MessageTypes.SelectMany(m =>
            m.Fields.InFieldNumberOrder().Select(f => $"{m.Name}.{f.Name}").Prepend(m.Name));
        Assert.Empty(all.Except(filled));

        void Fill(IMessage message)
        {
            filled.Add(message.Descriptor.Name);
            foreach (FieldDescriptor field in message.Descriptor.Fields.InFieldNumberOrder())
            {
                object? value = field.Accessor.GetValue(message);
                bool has = field.IsRepeated ? ((System.Collections.IList)value).Count > 0
                    : field.HasPresence ? field.Accessor.HasValue(message)
                    : value is string text ? text.Length > 0
                    : value is ByteString bytes ? !bytes.IsEmpty
                    : Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture) != 0;
                if (!has) continue;
                filled.Add($"{message.Descriptor.Name}.{field.Name}");
                if (field.FieldType != FieldType.Message) continue;
                foreach (object one in field.IsRepeated ? ((System.Collections.IList)value).Cast<object>() : [value]) Fill((IMessage)one);
            }
        }
    }

    [Fact]
    public void Todays_messages_are_the_newest_of_the_kept_ones()
    {
        // A wanted addition: APPROVE=1 writes the message's next version.
        Assert.All(ContractSamples.All, sample => Assert.Equal(sample.Value.ToByteArray(), Newest(sample.Key)));
    }

    [Fact]
    public void Every_message_ever_kept_is_read_without_loss()
    {
        string[] files = Directory.GetFiles(Path(""), "*.bin");
        Assert.True(files.Length >= ContractSamples.All.Count);
        Assert.All(files, file =>
        {
            byte[] bytes = File.ReadAllBytes(file);
            IMessage read = Read(file, bytes);
            // Field by field as it was meant, and the same bytes again. A field withdrawn in good order goes from the .json, by hand.
            Assert.Equal(File.ReadAllText(System.IO.Path.ChangeExtension(file, ".json")), Readable(read));
            Assert.Equal(bytes, read.ToByteArray());
        });
    }

    [Fact]
    public void Every_check_in_ever_kept_is_accepted_by_todays_rules()
    {
        string[] files = Directory.GetFiles(Path(""), "CheckInRequest-*.bin");
        Assert.Contains(files, f => f.EndsWith("CheckInRequest-visual.1.bin", StringComparison.Ordinal));
        Assert.All(files, file => CheckInRules.Check(CheckInRequest.Parser.ParseFrom(File.ReadAllBytes(file)),
            DateTimeOffset.FromUnixTimeMilliseconds(ContractSamples.At)));
    }

    [Fact]
    public void What_a_pairing_said_is_still_understood()
    {
        // JSON, by file and over the LAN: a kiosk of the year before is paired with a reception of today.
        Assert.All(s_pairing, sample => Assert.Equal(
            PairingJson(sample.Value),
            PairingJson(JsonSerializer.Deserialize(File.ReadAllText(Path(sample.Key + ".1.json")), sample.Value.GetType(),
            SignedProvisioning.Json)!)));
    }

    [Theory]
    [InlineData("field Receipt 3 int64 number", "")]
    [InlineData("field Receipt 3 int64 reception_number", "")]
    [InlineData("field Receipt 3 sint64 number", "another thing under the same number")]
    [InlineData("field Receipt 3 int64[] number", "another thing under the same number")]
    [InlineData("field Receipt 4 int64 number", "gone, and its number is not reserved")]
    [InlineData("field CheckInRequest 3 EvidenceKey method", "another thing under the same number")]
    [InlineData("field Command 3 VisualGranted visual_granted", "another thing under the same number")]
    [InlineData("enum Method 1 METHOD_PIN", "another thing under the same number")]
    [InlineData("enum Method 9 METHOD_VOICE", "gone, and its number is not reserved")]
    [InlineData("call /kiosk.reception.v1.ReceptionLink/Renew stream RenewRequest RenewReply", "gone or changed")]
    public void The_comparison_finds_what_an_old_program_would_stumble_over(string kept, string found)
    {
        IReadOnlyList<string> broken = s_now.Broken([kept]);
        if (found.Length == 0) Assert.Empty(broken);
        else Assert.StartsWith(found, Assert.Single(broken), StringComparison.Ordinal);
        // A reserved number is withdrawn in good order; one that is used again is not.
        ContractShape withdrawn = new(s_now.Lines, new HashSet<string> { "Receipt 4", "Method 9" });
        if (found.StartsWith("gone, and", StringComparison.Ordinal)) Assert.Empty(withdrawn.Broken([kept]));
        else Assert.Equal(broken, withdrawn.Broken([kept]));
    }

    /// <summary>Adds what is new and touches nothing that is there.</summary>
    private static void Keep()
    {
        Directory.CreateDirectory(Path(""));
        string shape = File.Exists(Path("shape.txt")) ? File.ReadAllText(Path("shape.txt")) : "";
        File.AppendAllLines(Path("shape.txt"), s_now.Lines.Except(shape.Split('\n')));
        foreach ((string name, IMessage sample) in ContractSamples.All)
        {
            byte[] bytes = sample.ToByteArray();
            if (Newest(name)?.AsSpan().SequenceEqual(bytes) == true) continue;
            int version = Versions(name).LastOrDefault() + 1;
            File.WriteAllBytes(Path($"{name}.{version}.bin"), bytes);
            File.WriteAllText(Path($"{name}.{version}.json"), Readable(sample));
        }

        foreach ((string name, object sample) in s_pairing)
            if (!File.Exists(Path(name + ".1.json"))) File.WriteAllText(Path(name + ".1.json"), PairingJson(sample));
    }

    private static string PairingJson(object sample) =>
        JsonSerializer.Serialize(sample, sample.GetType(), SignedProvisioning.Json).ReplaceLineEndings("\n") + "\n";

    /// <returns>Null: none is kept.</returns>
    private static byte[]? Newest(string name) =>
        Versions(name).LastOrDefault() is var version and > 0 ? File.ReadAllBytes(Path($"{name}.{version}.bin")) : null;

    /// <summary>Of a sample, oldest first.</summary>
    private static IEnumerable<int> Versions(string name) =>
        Directory.GetFiles(Path(""), name + ".*.bin")
            .Select(f => int.Parse(f.Split('.')[^2], System.Globalization.CultureInfo.InvariantCulture)).Order();

    private static MessageDescriptor Descriptor(string file)
    {
        string name = System.IO.Path.GetFileName(file).Split('.', '-')[0];
        return ReceptionReflection.Descriptor.MessageTypes.FirstOrDefault(m => m.Name == name)
            ?? throw new InvalidDataException($"the contract has no message {name} any more: {file}");
    }

    private static IMessage Read(string file, byte[] bytes) => Descriptor(file).Parser.ParseFrom(bytes);

    private static string Readable(IMessage message) =>
        new JsonFormatter(JsonFormatter.Settings.Default.WithIndentation()).Format(message).ReplaceLineEndings("\n") + "\n";
}
