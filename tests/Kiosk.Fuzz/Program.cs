using System.Diagnostics;
using System.Globalization;
using Kiosk.Fuzz;
using SharpFuzz;

// kiosk-fuzz TARGET --afl                     started by afl-fuzz, with instrumented assemblies (./dev fuzz)
// kiosk-fuzz TARGET --seconds N | --runs N    random changes of the seeds, without coverage
// kiosk-fuzz TARGET FILE                      one input again, for example one that showed a fault
// kiosk-fuzz list | seeds FOLDER
string seedFolder = Path.Combine(AppContext.BaseDirectory, "Seeds");
if (args is ["list"])
{
    foreach (string name in FuzzTargets.All.Keys) Console.WriteLine(name);
    return 0;
}

if (args is ["seeds", var folder])
{
    SeedMaker.WriteTo(folder);
    return 0;
}

if (args.Length == 0 || !FuzzTargets.All.TryGetValue(args[0], out FuzzTargets.Target? target))
{
    Console.Error.WriteLine($"targets: {string.Join(", ", FuzzTargets.All.Keys)}; then --afl, --seconds N, --runs N or a file");
    return 64;
}

switch (args[1..])
{
    case ["--afl"]:
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using MemoryStream all = new();
            stream.CopyTo(all);
            FuzzTargets.Run(target, all.ToArray());
        });
        return 0;
    case ["--seconds", var seconds]:
        return Mutate(TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)), long.MaxValue);
    case ["--runs", var runs]:
        return Mutate(TimeSpan.MaxValue, long.Parse(runs, CultureInfo.InvariantCulture));
    case [var file]:
        FuzzTargets.Run(target, File.ReadAllBytes(file));
        Console.WriteLine("no fault found");
        return 0;
    default:
        Console.Error.WriteLine("--afl, --seconds N, --runs N or a file");
        return 64;
}

int Mutate(TimeSpan limit, long runs)
{
    byte[][] seeds = [.. Directory.EnumerateFiles(Path.Combine(seedFolder, args[0]))
        .Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
    int seed = Environment.TickCount;
    Mutator mutator = new(seeds, seed);
    long begun = Stopwatch.GetTimestamp();
    long slowest = 0;
    long done = 0;
    for (; done < runs && (done % 256 != 0 || Stopwatch.GetElapsedTime(begun) < limit); done++)
    {
        ReadOnlySpan<byte> input = mutator.Next();
        long since = Stopwatch.GetTimestamp();
        try
        {
            FuzzTargets.Run(target, input);
        }
        catch (Exception find)
        {
            string file = Path.GetFullPath($"find-{args[0]}-{seed}-{done}");
            File.WriteAllBytes(file, input.ToArray());
            Console.WriteLine($"FIND after {done} executions: {find.GetType().Name}; again with: {args[0]} {file}\n{find}");
            return 1;
        }

        slowest = Math.Max(slowest, Stopwatch.GetTimestamp() - since);
    }

    double took = Stopwatch.GetElapsedTime(begun).TotalSeconds;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{args[0]}: {done} executions without coverage, {done / took:F0}/s, "
        + $"slowest {slowest * 1000.0 / Stopwatch.Frequency:F0} ms, {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB at most, no "
        + $"fault found"));
    return 0;
}
