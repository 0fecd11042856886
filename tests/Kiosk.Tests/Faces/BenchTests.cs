using System.Text.Json;
using Kiosk.Devices.Pictures;
using Kiosk.Lab.Faces;
using Kiosk.Simulators.Camera;

namespace Kiosk.Tests.Faces;

[Collection(DeskCollection.Name)]
public sealed class BenchTests(FaceDesk desk)
{
    private static readonly Pair[] Impostor = [.. Enumerable.Range(1, 1000).Select(i => new Pair(i % 10, 10 + (i % 7), i / 1000f))];

    [Fact]
    public void Rates_count_accepted_impostors_and_refused_holders()
    {
        WorkingPoint point = new Scores([.. Impostor, .. Genuine(0.1f, 0.2f, 0.6f, 0.9f)]).At(0.5);
        Assert.Equal(0.5, point.Fmr, 6);
        Assert.Equal(0.5, point.Fnmr, 6);
    }

    [Fact]
    public void The_distance_for_a_rate_accepts_no_more_than_that_and_too_few_pairs_tell_nothing()
    {
        Scores scores = new([.. Impostor, .. Genuine(0.01f)]);
        Assert.InRange(scores.AtFmr(1e-2)!.Fmr, 0.0089, 0.0100001);
        Assert.Null(scores.AtFmr(1e-4));
    }

    [Fact]
    public void One_person_with_many_bad_pictures_widens_the_bounds()
    {
        // 20 of 200 genuine pairs are refused: once all of one person, once one of each of 20.
        Pair[] oneBad = [.. from person in Enumerable.Range(0, 20) from i in Enumerable.Range(0, 10)
            select new Pair(person, person, person < 2 ? 2 : 0)];
        Pair[] spread = [.. from person in Enumerable.Range(0, 20) from i in Enumerable.Range(0, 10)
            select new Pair(person, person, i == 0 ? 2 : 0)];
        Bounds wide = new SubjectBootstrap(new(oneBad), 20).Fnmr(1);
        Bounds narrow = new SubjectBootstrap(new(spread), 20).Fnmr(1);
        Assert.InRange(0.1, wide.Low, wide.High);
        Assert.True(wide.High - wide.Low > 0.1, $"{wide}");
        Assert.True(narrow.High - narrow.Low < 0.02, $"{narrow}");
    }

    [Fact]
    public void Nothing_accepted_still_has_an_upper_bound() =>
        Assert.Equal(0.003, new SubjectBootstrap(new(Impostor), 20).Fmr(0).High, 6);

    [SkippableFact]
    public async Task The_bench_reports_what_it_promises_on_a_small_folder()
    {
        const int People = 6;
        desk.SkipWithout("mobilefacenet-192");
        string? faces = Environment.GetEnvironmentVariable("KIOSK_FACES")
            ?? ParentFolders.Folders(Path.GetDirectoryName(desk.Store.Home)!, Path.Combine("shared", "faces", "lfw-dev")).FirstOrDefault();
        Skip.If(faces is null, "no folder of people beside the repository");
        string folder = Directory.CreateTempSubdirectory("people").FullName, others = Directory.CreateTempSubdirectory("others").FullName;
        try
        {
            string[] there = [.. Directory.EnumerateDirectories(faces).Where(p => Directory.GetFiles(p).Length == 4)
                .Order(StringComparer.Ordinal).Take(People + 3)];
            string[] chosen = there[..People];
            foreach (string person in chosen) Directory.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(person)), person);
            foreach (string person in there[People..]) Directory.CreateSymbolicLink(Path.Combine(others, Path.GetFileName(person)), person);
            HashSet<string> group = [.. chosen.Take(3).Select(p => Path.GetFileName(p)!)];
            FaceBenchReport report = new FaceBench(desk.Store, CardPicture.Make)
                .Run(new(folder, group, "mobilefacenet-192", Independent: [others]), new Quiet(), CancellationToken.None);

            JsonElement json = JsonDocument.Parse(report.ToJson()).RootElement;
            Assert.Equal("mobilefacenet-192", json.GetProperty("engine").GetString());
            Assert.Equal(report.Threshold, json.GetProperty("threshold").GetDouble());
            JsonElement shipped = json.GetProperty("shipped");
            Assert.All((string[])["fmr", "fmr_group", "fnmr", "fnmr_averaged"], key =>
                Assert.InRange(shipped.GetProperty(key).GetDouble(), 0, 1));
            Assert.All((string[])["1e-2", "1e-3", "1e-4"], rate =>
                Assert.True(json.GetProperty("fnmr_at_fmr").TryGetProperty(rate, out _)));
            Assert.Equal(0, json.GetProperty("failure_to_acquire").GetDouble());
            Assert.All((string[])["detect", "mesh", "quality", "embed", "compare", "frame", "verdict"], s =>
                Assert.True(json.GetProperty("ms").GetProperty(s).GetDouble() >= 0, s));
            Assert.Equal(People * 3, report.Pairs.Genuine);
            Assert.Equal(People * (People - 1) * 3, report.Pairs.Impostor);
            Assert.Equal((People, People * (People - 1)), (report.Pairs.GenuineAveraged, report.Pairs.ImpostorAveraged));
            Assert.Equal((9, 18), (report.Pairs.GenuineGroup, report.Pairs.ImpostorGroup));
            Assert.Equal([18, 6, 6, 0, 0], report.Frames.Select(f => f.Genuine)); // Three live pictures of each of six people.
            Assert.Equal(4, report.Independent.Count);
            Assert.All(report.Independent, r => Assert.NotEqual(r.FoundOn, r.JudgedOn));
            Assert.All(report.Independent, r => Assert.Null(r.Threshold)); // Fewer than 1,000 pairs tell nothing about 1e-3.
            string page = await FaceBenchPage.RenderAsync(report);
            Assert.Contains("<svg", page, StringComparison.Ordinal);
            Assert.DoesNotContain(Path.GetFileName(chosen[0]), report.ToJson() + page, StringComparison.Ordinal);
        }
        finally
        {
            foreach (string set in (string[])[folder, others])
            {
                foreach (string link in Directory.EnumerateDirectories(set)) Directory.Delete(link);
                Directory.Delete(set);
            }
        }
    }

    [Fact]
    public void A_folder_without_people_is_told_what_is_expected()
    {
        InvalidDataException wrong =
            Assert.Throws<InvalidDataException>(() =>
            new FaceBench(desk.Store, CardPicture.Make).Run(new("no-such-folder"), new Quiet(), CancellationToken.None));
        Assert.Contains("one folder of pictures for each person", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_most_confusable_pair_the_rates_of_the_others_remain()
    {
        // Persons 3 and 4 make three of four false matches, in both directions; 1 and 2 make one.
        Pair[] near = [new(3, 4, 0.1f), new(3, 4, 0.2f), new(4, 3, 0.3f), new(1, 2, 0.25f)];
        Pair[] far = [.. from card in Enumerable.Range(0, 50) from probe in Enumerable.Range(0, 50) where card != probe
            select new Pair(card, probe, 2 + (card / 100f))];
        Scores scores = new([.. near, .. far, .. Genuine(0.2f, 0.4f)]);
        ConfusablePair pair = ConfusablePair.Find(scores, scores, 0.5, 50)!;
        Assert.Equal((3, 4), (pair.FalseMatches, pair.AllFalseMatches));
        Assert.Equal(1.0 / (near.Length + far.Length - 3 - 2), pair.Fmr, 9);
        Assert.True(pair.At1e3 > scores.AtFmr(1e-3)!.Distance, $"{pair}");
        Assert.Null(ConfusablePair.Find(scores, scores, 0.05, 50));
    }

    [Fact]
    public void Sets_that_share_a_picture_are_not_independent_whatever_the_folders_are_called()
    {
        string[] sets = [.. Enumerable.Range(0, 2).Select(_ => Directory.CreateTempSubdirectory("set").FullName)];
        try
        {
            byte content = 0;
            foreach (string set in sets)
            {
                foreach (string person in (string[])["001", "002"])
                {
                    Directory.CreateDirectory(Path.Combine(set, person));
                    File.WriteAllBytes(Path.Combine(set, person, "1.jpg"), [content++]);
                }
            }

            BenchPictures.CheckDistinct([.. sets.Select(s => new BenchPictures(s))]);
            File.WriteAllBytes(Path.Combine(sets[1], "002", "2.jpg"), [0]);
            InvalidDataException wrong = Assert.Throws<InvalidDataException>(() =>
                BenchPictures.CheckDistinct([.. sets.Select(s => new BenchPictures(s))]));
            Assert.Contains("different people", wrong.Message, StringComparison.Ordinal);
        }
        finally
        {
            foreach (string set in sets) Directory.Delete(set, recursive: true);
        }
    }

    private static IEnumerable<Pair> Genuine(params float[] distances) => distances.Select(d => new Pair(0, 0, d));

    private sealed class Quiet : IProgress<string>
    {
        public void Report(string value)
        {
        }
    }
}
