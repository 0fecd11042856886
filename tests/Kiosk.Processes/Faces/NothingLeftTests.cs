using System.Diagnostics;
using Kiosk.Devices.Pictures;
using Kiosk.Tests.Faces;
using Kiosk.Simulators.Camera;

namespace Kiosk.Processes.Faces;

/// <summary>A run in a process of its own, whose home, temporary and working folders are looked through afterwards.</summary>
[Collection(DeskCollection.Name)]
public sealed class NothingLeftTests(FaceDesk desk)
{
    [SkippableFact]
    public async Task The_face_bench_leaves_its_report_and_nothing_of_a_face()
    {
        desk.SkipWithout("mobilefacenet-192");
        string? faces = Environment.GetEnvironmentVariable("KIOSK_FACES")
            ?? ParentFolders.Folders(Path.GetDirectoryName(desk.Store.Home)!, Path.Combine("shared", "faces", "lfw-dev")).FirstOrDefault();
        Skip.If(faces is null, "no folder of people beside the repository");
        string own = Directory.CreateTempSubdirectory("own").FullName, people = Directory.CreateTempSubdirectory("people").FullName;
        try
        {
            foreach (string person in Directory.EnumerateDirectories(faces).Where(p => Directory.GetFiles(p).Length == 4)
                .Order(StringComparer.Ordinal).Take(3))
                Directory.CreateSymbolicLink(Path.Combine(people, Path.GetFileName(person)), person);
            ProcessStartInfo start = new(Environment.ProcessPath!,
                [Path.Combine(AppContext.BaseDirectory, "kiosk-lab.dll"), "bench", "face", "--images", people, "--json",
                Path.Combine(own, "report.json")])
            {
                WorkingDirectory = own,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["HOME"] = own, ["TMPDIR"] = own, ["XDG_CACHE_HOME"] = own, ["DOTNET_EnableDiagnostics"] = "0" },
            };
            if (!Path.GetFileNameWithoutExtension(start.FileName).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
                start.FileName = "dotnet";
            using Process run = Process.Start(start)!;
            Task<string> error = run.StandardError.ReadToEndAsync();
            await run.StandardOutput.ReadToEndAsync();
            using CancellationTokenSource patience = new(TimeSpan.FromMinutes(4));
            await run.WaitForExitAsync(patience.Token);
            Assert.True(run.ExitCode == 0, await error);
            Assert.Equal(["report.json"], Directory.EnumerateFiles(own, "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(own, f)));
            Assert.True(new FileInfo(Path.Combine(own, "report.json")).Length < 200_000);
        }
        finally
        {
            foreach (string link in Directory.EnumerateDirectories(people)) Directory.Delete(link);
            Directory.Delete(people);
            Directory.Delete(own, recursive: true);
        }
    }

    [SkippableFact]
    public void Drawn_presentations_are_written_only_where_they_were_asked_for()
    {
        desk.SkipWithout("blazeface", "facemesh");
        string? faces = Environment.GetEnvironmentVariable("KIOSK_FACES")
            ?? ParentFolders.Folders(Path.GetDirectoryName(desk.Store.Home)!, Path.Combine("shared", "faces", "lfw-dev")).FirstOrDefault();
        Skip.If(faces is null, "no folder of people beside the repository");
        string to = Directory.CreateTempSubdirectory("recordings").FullName;
        try
        {
            Assert.Equal(1, PadRecordings.Write(desk.Store, faces, to, 1, new Progress<string>(), CancellationToken.None));
            Assert.Equal(30, Directory.GetFiles(Path.Combine(to, "bonafide", "001")).Length);
            Assert.Equal(["print-bent-35", "print-bent-70", "print-flat", "screen-film-cued", "screen-still"],
                Directory.GetDirectories(Path.Combine(to, "attacks")).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.Delete(to, recursive: true);
        }
    }
}
