using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Kiosk.Processes.Image;

/// <summary>
/// The scripts update and update-install against <see cref="FakeHawkBit"/>, with the real curl; only RAUC's installer is replaced. In half
/// of the tests the server is the attacker.
/// </summary>
public sealed class UpdatePollTests : IAsyncLifetime
{
    private const string Home = "var/lib/kiosk-update", Own = "var/lib/kiosk-device";
    private readonly DeviceRoot _device = new();
    private FakeHawkBit _server = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeHawkBit.StartAsync();
        _device.Write("run/kiosk/id", "kiosk-test\n");
        Settings(_server.Address);
        _device.Write("run/kiosk/update/ca.pem", _server.Certificate);
        // A fake installer: keeps the bundle, and refuses one that contains "unsigned".
        _device.Program("usr/lib/kiosk/install",
            "grep -q unsigned \"$1\" && { echo 'refused, not signed'; exit 1; }\ncp \"$1\" @/installed");
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _device.Dispose();
    }

    [SkippableFact]
    public void An_offered_version_is_downloaded_checked_installed_and_reported_good_after_the_restart()
    {
        _server.Bundle = "a signed bundle"u8.ToArray();
        Poll();
        Assert.Equal("a signed bundle", _device.Text("installed"));
        Assert.Equal("1.0.0", (string)_server.ConfigData!["data"]!["version"]!);
        Assert.Equal(["proceeding", "proceeding"], _server.Feedback.Select(f => f.Execution));

        // After the restart the new version runs, but the health gate has not decided yet.
        _device.Running("2.0.0");
        Poll();
        Assert.Equal(2, _server.Feedback.Count);
        _device.Write("run/kiosk/good", "");
        Poll();
        Assert.Equal(("closed", "success", "version 2.0.0 is good"), _server.Feedback[^1]);
    }

    [SkippableFact]
    public void A_version_that_was_given_up_is_reported_with_its_reason()
    {
        _server.Bundle = "a signed bundle"u8.ToArray();
        Poll();
        _device.Write($"{Own}/rollback.txt", "912 slot b: version 2.0.0 not healthy after 300 s: healthz\n");
        Poll();
        (string execution, string finished, string words) = _server.Feedback[^1];
        Assert.Equal(("closed", "failure"), (execution, finished));
        Assert.Contains("healthz", words, StringComparison.Ordinal);
        Assert.Contains("1.0.0 runs", words, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void An_installation_that_the_power_cut_off_is_begun_again()
    {
        _server.Bundle = "a signed bundle"u8.ToArray();
        Poll();
        File.Delete(_device.In("installed"));
        _device.Write($"{Own}/update", "installing\n");
        Poll();
        Poll();
        Assert.Equal("a signed bundle", _device.Text("installed"));
        Assert.DoesNotContain(_server.Feedback, f => f.Finished == "failure");
    }

    [SkippableFact]
    public void An_interrupted_download_is_resumed_where_it_ended()
    {
        Cut();
        FileInfo part = new(Directory.GetFiles(_device.In(Home), "*.part").Single());
        // How much arrived depends on the network; what arrived is not downloaded again.
        Assert.InRange(part.Length, 1, 40_000);
        Poll();
        Assert.Equal([$"bytes={part.Length}-"], _server.Ranges);
        Assert.Equal(_server.Bundle, File.ReadAllBytes(_device.In("installed")));
    }

    [SkippableFact]
    public void A_part_of_one_version_is_never_continued_with_another()
    {
        Cut();
        _server.Version = "2.0.1";
        new Random(2).NextBytes(_server.Bundle!);
        Poll();
        Assert.Empty(_server.Ranges);
        Assert.Equal(_server.Bundle, File.ReadAllBytes(_device.In("installed")));
        Assert.DoesNotContain(_server.Feedback, f => f.Finished == "failure");
    }

    [SkippableFact]
    public void A_part_that_is_already_whole_is_installed_without_another_download()
    {
        Cut();
        File.WriteAllBytes(Directory.GetFiles(_device.In(Home), "*.part").Single(), _server.Bundle!);
        int asked = _server.Paths.Count(p => p.EndsWith("/artifact", StringComparison.Ordinal));
        Poll();
        Assert.Equal(asked, _server.Paths.Count(p => p.EndsWith("/artifact", StringComparison.Ordinal)));
        Assert.Equal(_server.Bundle, File.ReadAllBytes(_device.In("installed")));
    }

    [SkippableTheory]
    [InlineData(200)]
    [InlineData(416)]
    public void A_server_that_cannot_continue_a_part_sends_the_whole_again(int status)
    {
        Cut();
        _server.Instead = (path, context) =>
        {
            if (path != "/artifact" || context.Request.Headers.Range.Count == 0) return false;
            context.Response.StatusCode = status;
            return true;
        };
        Poll();
        Assert.Equal(_server.Bundle, File.ReadAllBytes(_device.In("installed")));
    }

    /// <summary>What cannot succeed is closed with its reason; what may pass by itself stays open.</summary>
    [SkippableTheory]
    [InlineData(404, "does not have the file (404)")]
    [InlineData(410, "does not have the file (410)")]
    [InlineData(401, "refuses the file (401)")]
    [InlineData(403, "refuses the file (403)")]
    [InlineData(301, "to another address (301)")]
    [InlineData(307, "to another address (307)")]
    [InlineData(204, "answers 204 instead of the file")]
    [InlineData(408, null)]
    [InlineData(429, null)]
    [InlineData(500, null)]
    [InlineData(503, null)]
    public void Each_answer_of_the_server_to_the_download_is_told_apart(int status, string? closed)
    {
        _server.Bundle = "a signed bundle"u8.ToArray();
        _server.Instead = (path, context) =>
        {
            if (path != "/artifact") return false;
            context.Response.StatusCode = status;
            context.Response.Headers.Location = $"{_server.Address}/DEFAULT/controller/v1/kiosk-test/elsewhere";
            return true;
        };
        string said = Poll();
        Assert.DoesNotContain(_server.Paths, p => p.EndsWith("/elsewhere", StringComparison.Ordinal));
        Assert.Equal("", _device.Text("installed"));
        if (closed is null)
        {
            Assert.DoesNotContain(_server.Feedback, f => f.Execution == "closed");
            Assert.Contains($"the server answers {status}", said, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(("closed", "failure"), (_server.Feedback[^1].Execution, _server.Feedback[^1].Finished));
        Assert.Contains(closed, _server.Feedback[^1].Words, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Without_room_nothing_is_downloaded_and_the_action_is_closed_with_the_figures()
    {
        _server.Bundle = "a signed bundle"u8.ToArray();
        _device.Program("df", "printf 'Avail\\n10485760\\n'");
        Poll();
        Assert.DoesNotContain(_server.Paths, p => p.EndsWith("/artifact", StringComparison.Ordinal));
        Assert.Equal(("closed", "failure", "no room: the file needs 64 MiB more, 10 MiB are free"), _server.Feedback[^1]);
    }

    [SkippableFact]
    public void A_disk_that_fills_up_during_the_download_is_told_as_that()
    {
        Skip.IfNot(_device.Sh("id -u").Trim() == "0", "needs root: mounts a small file system");
        _server.Bundle = new byte[600_000];
        _device.Program("df", "printf 'Avail\\n1000000000\\n'");
        _device.Sh($"mount -t tmpfs -o size=256k tmpfs @/{Home}");
        try
        {
            Poll(install: false);
        }
        finally
        {
            _device.Sh($"umount @/{Home}");
        }

        Assert.Equal(("closed", "failure"), (_server.Feedback[^1].Execution, _server.Feedback[^1].Finished));
        Assert.Contains("the disk is full or damaged", _server.Feedback[^1].Words, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_bundle_with_another_digest_is_never_installed()
    {
        _server.Bundle = "something else"u8.ToArray();
        _server.Digest = new string('0', 64);
        Poll();
        Assert.Equal("", _device.Text("installed"));
        Assert.Equal("failure", _server.Feedback[^1].Finished);
        Assert.Empty(Directory.GetFiles(_device.In(Home), "*.part"));
    }

    [SkippableFact]
    public void A_server_that_sends_more_than_it_offered_fills_no_disk()
    {
        _server.Bundle = new byte[1000];
        _server.Instead = (path, context) =>
        {
            if (path != "/artifact") return false;
            SendUntilRefused(context, 5_000_000);
            return true;
        };
        Poll();
        Assert.Equal(("closed", "failure"), (_server.Feedback[^1].Execution, _server.Feedback[^1].Finished));
        Assert.Contains("more than the 1000 bytes", _server.Feedback[^1].Words, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_device.In(Home), "*.part"));
    }

    [SkippableFact]
    public void A_refusal_of_the_installer_is_reported_with_its_message()
    {
        _server.Bundle = "unsigned"u8.ToArray();
        Poll();
        Poll();
        Assert.Equal(("closed", "failure", "refused, not signed"), _server.Feedback[^1]);
        Assert.False(File.Exists(_device.In($"{Home}/action")));
    }

    [SkippableFact]
    public void No_offer_or_no_answer_of_the_server_is_no_failure()
    {
        Poll();
        Assert.Empty(_server.Feedback);
        Settings("https://127.0.0.1:9");
        Poll();
    }

    /// <summary>A hostile server names an address as each of the four that the device asks for.</summary>
    [SkippableTheory]
    [InlineData("-K/etc/passwd")]
    [InlineData("--output=/tmp/kiosk-hostile")]
    [InlineData("-T/etc/passwd")]
    [InlineData("file:///etc/passwd")]
    [InlineData("@OTHER/x")]
    [InlineData("HTTP-OF-OWN/x")]
    [InlineData("@OWN.example.org/x")]
    [InlineData("@OWN@localhost/x")]
    [InlineData("@OWN/x\n-K/etc/passwd")]
    [InlineData("@OWN/x -o /tmp/kiosk-hostile")]
    [InlineData("@OWN/{a,b}")]
    [InlineData("@OWN/\"x")]
    [InlineData("gopher://127.0.0.1/x")]
    public async Task No_address_of_the_server_becomes_an_option_or_leads_to_another_place(string address)
    {
        await using FakeHawkBit other = await FakeHawkBit.StartAsync();
        string hostile = address.Replace("@OTHER", other.Address, StringComparison.Ordinal)
            .Replace("HTTP-OF-OWN", _server.Address.Replace("https", "http", StringComparison.Ordinal), StringComparison.Ordinal)
            .Replace("@OWN", _server.Address, StringComparison.Ordinal);
        foreach (string link in (string[])["configData", "cancelAction", "deploymentBase", "download"])
        {
            _server.Bundle = "a signed bundle"u8.ToArray();
            _server.Paths.Clear();
            _server.Change = (path, answer) =>
            {
                if (link == "download" && path == "/deploymentBase/7")
                    answer["deployment"]!["chunks"]![0]!["artifacts"]![0]!["_links"] = Href("download", hostile);
                if (link != "download" && path.Length == 0) answer["_links"]![link] = new JsonObject { ["href"] = hostile };
            };
            string said = Poll();
            Assert.Contains("the server's answer is refused", said, StringComparison.Ordinal);
            Assert.Empty(other.Paths);
            Assert.DoesNotContain(_server.Paths, p => p.EndsWith("/x", StringComparison.Ordinal));
            Assert.DoesNotContain(_server.Paths, p => p.EndsWith('}') || p.EndsWith("/a", StringComparison.Ordinal));
            Assert.Equal("", _device.Text("installed"));
            Assert.False(File.Exists("/tmp/kiosk-hostile"));
            Assert.Empty(Directory.GetFiles(_device.In(Home), "ready*"));
        }
    }

    [SkippableTheory]
    [InlineData("id", "7/../../../x")]
    [InlineData("id", "-d@/etc/passwd")]
    [InlineData("version", "2.0.0\nx")]
    [InlineData("version", "$(touch /tmp/kiosk-hostile)")]
    [InlineData("version", "")]
    [InlineData("size", -1)]
    [InlineData("size", 1e30)]
    [InlineData("size", "1+1")]
    [InlineData("sha256", "../../../etc/passwd")]
    [InlineData("sha256", "")]
    public void A_value_of_another_form_is_refused(string field, object value)
    {
        _server.Bundle = "a signed bundle"u8.ToArray();
        JsonNode hostile = JsonSerializer.SerializeToNode(value)!;
        _server.Change = (path, answer) =>
        {
            if (path != "/deploymentBase/7") return;
            JsonNode chunk = answer["deployment"]!["chunks"]![0]!, artifact = chunk["artifacts"]![0]!;
            JsonNode holder = field switch { "id" => answer, "version" => chunk, "size" => artifact, _ => artifact["hashes"]! };
            holder[field] = hostile.DeepClone();
        };
        Assert.Contains("the server's answer is refused", Poll(), StringComparison.Ordinal);
        Assert.Empty(_server.Feedback);
        Assert.Equal("", _device.Text("installed"));
        Assert.False(File.Exists("/tmp/kiosk-hostile"));
    }

    [SkippableFact]
    public void A_file_that_is_larger_than_a_bundle_may_be_is_not_downloaded()
    {
        _server.Bundle = "a signed bundle"u8.ToArray();
        _server.Change = (path, answer) =>
        {
            if (path == "/deploymentBase/7") answer["deployment"]!["chunks"]![0]!["artifacts"]![0]!["size"] = 3L << 30;
        };
        Poll();
        Assert.Contains("at most 2147483648", _server.Feedback[^1].Words, StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Paths, p => p.EndsWith("/artifact", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData(302)]
    [InlineData(200)]
    public void An_answer_that_leads_elsewhere_or_does_not_end_is_no_answer(int status)
    {
        _server.Instead = (path, context) =>
        {
            if (path.Length > 0) return false;
            context.Response.StatusCode = status;
            context.Response.Headers.Location = $"{_server.Address}/elsewhere";
            if (status == 200) SendUntilRefused(context, 5_000_000);
            return true;
        };
        Assert.Contains("does not answer", Poll(), StringComparison.Ordinal);
        Assert.DoesNotContain("/elsewhere", _server.Paths);
    }

    [SkippableFact]
    public async Task The_token_goes_only_to_a_server_whose_certificate_is_trusted()
    {
        await using FakeHawkBit other = await FakeHawkBit.StartAsync();
        Settings(other.Address);
        Poll();
        Assert.Empty(other.Paths);
        // And never without TLS, whatever the settings say.
        Settings(_server.Address.Replace("https", "http", StringComparison.Ordinal));
        Poll();
        Assert.Empty(_server.Paths);
    }

    /// <summary>Whoever took over the update client puts something else in place of the bundle.</summary>
    [SkippableTheory]
    [InlineData("ln -s @/secret ready.raucb")]
    [InlineData("ln @/secret ready.raucb")]
    [InlineData("mkdir ready.raucb")]
    [InlineData("mkfifo ready.raucb")]
    public void The_installer_takes_only_a_plain_file_from_the_update_clients_folder(string attack)
    {
        _device.Write("secret", "of root");
        _device.Sh($"cd @/{Home}; {attack}");
        Assert.Equal(0, _device.Run("update-install").Exit);
        Assert.Equal("", _device.Text("installed"));
        Assert.Equal("of root", _device.Text("secret"));
        Assert.StartsWith("failed ", _device.Text($"{Own}/update"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_device.In($"{Own}/bundle")));
    }

    // Without a length: the client must stop by itself.
    private static void SendUntilRefused(HttpContext context, int bytes)
    {
        try
        {
            for (int sent = 0; sent < bytes; sent += 16_384) context.Response.Body.WriteAsync(new byte[16_384]).AsTask().Wait();
        }
        catch (AggregateException)
        {
            // The client has seen enough.
        }
    }

    private static JsonObject Href(string name, string address) => new() { [name] = new JsonObject { ["href"] = address } };

    // A download that ends after a part of the file.
    private void Cut()
    {
        _server.Bundle = new byte[100_000];
        new Random(1).NextBytes(_server.Bundle);
        _server.CutAfter = 40_000;
        Assert.Contains("it goes on next time", Poll(), StringComparison.Ordinal);
        Assert.Equal("", _device.Text("installed"));
    }

    private void Settings(string address) => _device.Write(
        "run/kiosk/update/settings.json", JsonSerializer.Serialize(new { url = address, token = FakeHawkBit.Token }));

    // One start of the update client; when it has handed a bundle over, the service manager starts the installer.
    private string Poll(bool install = true)
    {
        Skip.IfNot(Shell.Has("curl") && Shell.Has("jq"), "curl or jq is missing");
        (int exit, string said) = _device.Run("update");
        Assert.True(exit == 0, said);
        if (!install || !File.Exists(_device.In($"{Home}/ready.raucb"))) return said;
        (exit, string installed) = _device.Run("update-install");
        Assert.True(exit == 0, installed);
        return said + installed;
    }
}
