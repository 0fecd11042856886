using System.Reflection;
using Kiosk.Devices.Reception;
using Kiosk.ReceptionTerminal.Hosting;
using Microsoft.Extensions.Logging;

namespace Kiosk.Tests;

/// <summary>Operators look for a log event by its id: within a program no id may mean two things.</summary>
public sealed class LogIdTests
{
    public static TheoryData<string> Programs => ["kiosk", "reception"];

    [Theory]
    [MemberData(nameof(Programs))]
    public void No_log_event_id_is_used_twice(string program)
    {
        Assembly[] assemblies = program == "kiosk" ? [Assembly.Load("kiosk"), typeof(GrpcReceptionLink).Assembly]
            : [typeof(ReceptionHost).Assembly];
        List<(int Id, string Name)> events =
        [
            .. assemblies.SelectMany(a => a.GetTypes())
                .SelectMany(t => t.GetMethods(
                BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                .Select(m => (m.GetCustomAttribute<LoggerMessageAttribute>()?.EventId ?? 0, m.Name))
                .Where(e => e.Item1 != 0),
        ];
        Assert.InRange(events.Count, 10, 1000);
        Assert.All(events, e => Assert.InRange(e.Id, 1, 9999));
        Assert.Empty(events.GroupBy(e => e.Id).Where(g => g.Count() > 1)
            .Select(g => $"{g.Key}: {string.Join(", ", g.Select(e => e.Name))}"));
    }
}
