using Kiosk.Core;
using NetArchTest.Rules;

namespace Kiosk.Tests.Architecture;

public sealed class CoreTests
{
    [Fact]
    public void Core_depends_on_nothing_of_ours_and_on_no_package()
    {
        IEnumerable<string?> references = typeof(Visit).Assembly.GetReferencedAssemblies().Select(a => a.Name);
        Assert.All(references, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("System.IO.File")]
    [InlineData("System.IO.Directory")]
    [InlineData("System.Net")]
    [InlineData("System.Console")]
    [InlineData("System.TimeProvider")]
    [InlineData("System.Diagnostics.Stopwatch")]
    [InlineData("System.Diagnostics.Process")]
    public void Core_has_no_io_and_no_clock(string forbidden) =>
        Assert.True(Types.InAssembly(typeof(Visit).Assembly).ShouldNot().HaveDependencyOn(forbidden).GetResult().IsSuccessful);
}
