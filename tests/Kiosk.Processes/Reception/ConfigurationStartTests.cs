using Kiosk.ReceptionTerminal.Configuration;
using Kiosk.ReceptionTerminal.Hosting;
using Kiosk.ReceptionTerminal.Staff;
using Kiosk.Tests.Configuration;

namespace Kiosk.Processes.Reception;

/// <summary>
/// A reception.json with any mistake that its checks let pass either starts the reception or stops it with one line: no part that is made
/// from the configuration throws anything else.
/// </summary>
public sealed class ConfigurationStartTests
{
    [Fact]
    public async Task A_configuration_that_was_taken_starts_or_is_refused_with_one_line()
    {
        await using Facility facility = await Facility.OpenAsync();
        StaffCodes.Set(Path.Combine(facility.Dir, "codes.json"), "tanaka", "123456"u8);
        StaffAccounts.Set(Path.Combine(facility.Dir, "staff.json"), "tanaka", Role.Admin, "seven blue tractors sing low", null);
        await File.WriteAllBytesAsync(Path.Combine(facility.Dir, "events.key"), new byte[32]);
        string sample = Mistakes.ReceptionSample.Replace("reception.db", "other.db", StringComparison.Ordinal)
            .Replace("\"renewal\": \"pki\"", "\"renewal\": \".\"", StringComparison.Ordinal);
        string file = Path.Combine(facility.Dir, "reception.json");
        int started = 0, refused = 0;
        foreach ((_, string what, string text) in Mistakes.Of(sample).Prepend(("", "nothing", sample)))
        {
            await File.WriteAllTextAsync(file, text);
            try
            {
                await using ReceptionHost host = await ReceptionHost.StartAsync(ReceptionConfig.Load(file), CancellationToken.None);
                started++;
            }
            catch (StartException wrong)
            {
                Assert.DoesNotContain('\n', wrong.Message);
                refused++;
            }
            catch (Exception crash)
            {
                Assert.Fail($"{what}: {crash}");
            }
            Assert.True(started > 0, "the sample itself does not start");
        }
        Assert.True(started > 20 && refused > 200, $"{started} started, {refused} refused");
    }
}
