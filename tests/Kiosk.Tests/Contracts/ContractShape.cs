using System.Globalization;
using Google.Protobuf.Reflection;

namespace Kiosk.Tests.Contracts;

/// <summary>
/// What of a contract both ends must agree on, one line each: a field's number, type and repetition, an enum's values, a call's
/// messages. Names of fields are not on the wire; they are in the lines so that a reader knows what a number is.
/// </summary>
/// <param name="Lines">"field MESSAGE NUMBER TYPE NAME", "enum ENUM NUMBER NAME", "call NAME REQUEST REPLY", in order.</param>
/// <param name="Reserved">"MESSAGE NUMBER" of what is withdrawn for good.</param>
internal sealed record ContractShape(IReadOnlyList<string> Lines, IReadOnlySet<string> Reserved)
{
    public static ContractShape Of(FileDescriptor file)
    {
        List<string> lines = [];
        HashSet<string> reserved = [];
        foreach (MessageDescriptor message in file.MessageTypes)
        {
            lines.AddRange(message.Fields.InFieldNumberOrder()
                .Select(f => Line($"field {message.Name} {f.FieldNumber} {Type(f)} {f.Name}")));
            // Ends are exclusive for messages.
            foreach (DescriptorProto.Types.ReservedRange range in message.ToProto().ReservedRange)
                for (int number = range.Start; number < range.End; number++) reserved.Add(Line($"{message.Name} {number}"));
        }

        foreach (EnumDescriptor one in file.EnumTypes)
        {
            lines.AddRange(one.Values.Select(v => Line($"enum {one.Name} {v.Number} {v.Name}")));
            // And inclusive for enums.
            foreach (EnumDescriptorProto.Types.EnumReservedRange range in one.ToProto().ReservedRange)
                for (int number = range.Start; number <= range.End; number++) reserved.Add(Line($"{one.Name} {number}"));
        }

        foreach (ServiceDescriptor service in file.Services)
        {
            lines.AddRange(service.Methods.Select(m =>
                $"call /{service.FullName}/{m.Name} {(m.IsClientStreaming ? "stream " : "")}{m.InputType.Name} "
                    + $"{(m.IsServerStreaming ? "stream " : "")}{m.OutputType.Name}"));
        }

        return new(lines, reserved);
    }

    /// <summary>What a program that knows only <paramref name="kept"/> can no longer rely on.</summary>
    /// <param name="kept">Lines of before, withdrawn ones included.</param>
    /// <returns>Empty: only additions.</returns>
    public IReadOnlyList<string> Broken(IEnumerable<string> kept)
    {
        HashSet<string> now = [.. Lines.Select(Meaning)];
        Dictionary<string, string> numbers = Lines.Where(l => !l.StartsWith("call", StringComparison.Ordinal)).ToDictionary(Number);
        List<string> broken = [];
        foreach (string line in kept)
        {
            if (now.Contains(Meaning(line))) continue;
            if (line.StartsWith("call", StringComparison.Ordinal)) broken.Add($"gone or changed: {line}");
            else if (numbers.TryGetValue(Number(line), out string? other))
                broken.Add($"another thing under the same number: {line} -> {other}");
            else if (!Reserved.Contains(Number(line))) broken.Add($"gone, and its number is not reserved: {line}");
        }

        return broken;
    }

    /// <summary>Without the field's name, which may change.</summary>
    private static string Meaning(string line) => line.StartsWith("field", StringComparison.Ordinal) ? line[..line.LastIndexOf(' ')] : line;

    private static string Number(string line) => string.Join(' ', line.Split(' ')[1..3]);

    private static string Type(FieldDescriptor field)
    {
        string type = field.FieldType switch
        {
            FieldType.Message => field.MessageType.Name,
            FieldType.Enum => field.EnumType.Name,
            FieldType other => other.ToString().ToLowerInvariant(),
        };
        return field.IsRepeated ? type + "[]" : field.RealContainingOneof is { } oneof ? $"{type}@{oneof.Name}" : type;
    }

    private static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);
}
