using Kiosk.Fuzz;

namespace Kiosk.Tests.Fuzzing;

/// <summary>The fuzz targets on their committed seeds and a few thousand changes of them: the long runs are `./dev fuzz`.</summary>
public sealed class FuzzTargetTests
{
    public static TheoryData<string> Targets => [.. FuzzTargets.All.Keys];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Seeds_and_changes_of_them_are_read_or_refused_and_nothing_else(string name)
    {
        byte[][] seeds = Seeds(name);
        foreach (byte[] seed in seeds) FuzzTargets.Run(FuzzTargets.All[name], seed);
        Mutator mutator = new(seeds, seed: 20261124);
        int runs = name is "photo" or "name" or "session" ? 200 : 5000;
        for (int i = 0; i < runs; i++) FuzzTargets.Run(FuzzTargets.All[name], mutator.Next());
    }

    /// <summary>Seeds that every target refused would fuzz nothing but the first check.</summary>
    [Theory]
    [InlineData("tlv")]
    [InlineData("record")]
    [InlineData("issuer")]
    [InlineData("certificate")]
    [InlineData("photo")]
    public void Seeds_are_read_to_the_end(string name) => Assert.All(Seeds(name), seed => FuzzTargets.All[name](seed));

    /// <summary>Finds of the fuzzers: refused now, or read in no time.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_key_the_library_refuses_is_no_key(int exponent)
    {
        byte[] issuer = Seeds("issuer")[0];
        // The last byte of 90 03 010001 in the subject's key.
        int at = issuer.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x90, 0x03, 0x01, 0x00, 0x01]);
        (issuer[at + 2], issuer[at + 4]) = (0, (byte)exponent);
        Assert.Throws<InvalidDataException>(() => FuzzTargets.All["issuer"](issuer));
    }

    private static byte[][] Seeds(string name)
    {
        byte[][] seeds = [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Seeds", name)).Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes)];
        Assert.NotEmpty(seeds);
        return seeds;
    }
}
