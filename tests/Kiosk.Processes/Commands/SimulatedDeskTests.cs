using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Kiosk.Lab.Desk;
using Kiosk.Simulators.CardReader;

namespace Kiosk.Processes.Commands;

/// <summary>The simulated desk as a person starts it.</summary>
public sealed class SimulatedDeskTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(4);

    [Fact]
    public void A_port_in_use_is_left_out()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        DeskPorts ports = DeskPorts.From(port - 1);
        Assert.DoesNotContain(port, (int[])[ports.Screen, ports.Simulator, ports.Reception]);
        Assert.Equal(new DeskPorts(0, 0, 0), DeskPorts.From(0));
    }

    [SkippableFact]
    public async Task A_used_sign_in_address_is_followed_by_the_next_one_on_the_console()
    {
        Skip.IfNot(PrivatePcscd.WhyNot() is null, PrivatePcscd.WhyNot());
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using Process desk = Process.Start(ProgramRun.StartOf("kiosk-lab", "simulate", "--port", $"{port}", "--bit-rate", "0"))!;
        Task<string> said = desk.StandardError.ReadToEndAsync();
        try
        {
            for (int browser = 0; browser < 3; browser++)
            {
                Uri page = new((await LineAsync(desk.StandardOutput, "reception "))["reception ".Length..].Trim().Split(' ')[0]);
                Assert.NotEqual(port, page.Port);
                // Another browser each time: it has no cookie of the earlier ones.
                using HttpClientHandler handler = new() { AllowAutoRedirect = false, CheckCertificateRevocationList = true };
                using HttpClient client = new(handler);
                using HttpResponseMessage answer = await client.GetAsync(page);
                Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
            }
        }
        finally
        {
            Signal("TERM", desk.Id);
            await desk.WaitForExitAsync().WaitAsync(_patience);
        }
        Assert.Contains($"port {port}", await said, StringComparison.Ordinal);
        // The address of a sign-in is on the console only.
        Assert.DoesNotContain("token=", await said, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task A_desk_that_a_shell_started_in_the_background_ends_with_its_children_on(string signal)
    {
        Skip.IfNot(PrivatePcscd.WhyNot() is null, PrivatePcscd.WhyNot());
        // Without job control, as in a script: the shell lets the command ignore SIGINT.
        // A test run that was itself started with nohup ignores SIGHUP, and so would the desk.
        ProcessStartInfo start = new("/usr/bin/env",
            ["--default-signal=HUP", "/bin/sh", "-c", "\"$@\" & echo \"pid $!\"; wait", "sh", "dotnet",
            Path.Combine(AppContext.BaseDirectory, "kiosk-lab.dll"), "simulate", "--port", "0", "--bit-rate", "0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process shell = Process.Start(start)!;
        Task<string> said = shell.StandardError.ReadToEndAsync();
        int pid = int.Parse((await LineAsync(shell.StandardOutput, "pid "))[4..], System.Globalization.CultureInfo.InvariantCulture);
        await LineAsync(shell.StandardOutput, "reception ");
        int[] children = Descendants(pid);
        Assert.NotEmpty(children);

        Signal(signal, pid);

        await shell.WaitForExitAsync().WaitAsync(_patience);
        Assert.DoesNotContain("   at ", await said, StringComparison.Ordinal);
        long since = Stopwatch.GetTimestamp();
        while (children.Any(IsAlive))
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < _patience, "a child process is left");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private static async Task<string> LineAsync(StreamReader output, string beginning)
    {
        using CancellationTokenSource patience = new(_patience);
        while (await output.ReadLineAsync(patience.Token) is string line)
            if (line.StartsWith(beginning, StringComparison.Ordinal)) return line;
        throw new Xunit.Sdk.XunitException($"the desk ended before it said \"{beginning}\"");
    }

    private static void Signal(string signal, int pid)
    {
        using Process kill = Process.Start("kill", ["-" + signal, $"{pid}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>A zombie has ended.</summary>
    private static bool IsAlive(int pid) =>
        File.Exists($"/proc/{pid}/stat") && Stat(pid) is { } stat && stat[0] is not ("Z" or "X");

    /// <summary>State, parent and so on: the fields after the name (proc_pid_stat(5)); null: it has ended.</summary>
    private static string[]? Stat(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static int[] Descendants(int pid)
    {
        int[] children =
        [
            .. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _))
                .Select(name => int.Parse(name!, System.Globalization.CultureInfo.InvariantCulture))
                .Where(other => Stat(other) is { } stat && stat[1] == $"{pid}"),
        ];
        return [.. children, .. children.SelectMany(Descendants)];
    }
}
