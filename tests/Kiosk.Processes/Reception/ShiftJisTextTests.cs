using Kiosk.ReceptionTerminal.Oqs;

namespace Kiosk.Processes.Reception;

/// <summary>Unusual characters in names.</summary>
public sealed class ShiftJisTextTests
{
    [Theory]
    [InlineData("１−２〜３", "１－２～３", 0)] // the other half of the characters that Unicode has twice
    [InlineData("\u845B\uDB40\uDD00城", "葛城", 1)] // a variant of 葛 by its selector
    [InlineData("\uE000田", "●田", 1)] // 外字
    [InlineData("𠮷野", "●野", 1)]
    [InlineData("髙﨑", "髙﨑", 0)]
    [InlineData("A\u0001B", "A●B", 1)]
    public void Characters_that_Shift_JIS_lacks_are_replaced_and_counted(string text, string legible, int missing)
    {
        ShiftJisText one = new();
        Assert.Equal(legible, one.Replace("Name", text));
        Assert.Equal(missing, one.Missing.GetValueOrDefault("Name"));
        Assert.Equal(legible, ShiftJisText.Encoding.GetString(ShiftJisText.Encoding.GetBytes(legible)));
    }
}
