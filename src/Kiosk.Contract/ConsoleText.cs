using System.Text;

namespace Kiosk.Contract;

/// <summary>
/// The texts for staff are Japanese. The console of a Japanese Windows (code page 932) and one with code page 65001 show them as they are,
/// and a program that reads the output expects that code page. Any other code page makes question marks of them: there the console is
/// switched to UTF-8 for as long as the program runs (Microsoft, "Console Code Pages"). Linux is UTF-8 already.
/// </summary>
public static class ConsoleText
{
    private const string Sample = "カードリーダーが見つかりません（診療所）";

    /// <summary>Call it once, before the first output. Does nothing where the console can show Japanese.</summary>
    public static void Prepare()
    {
        if (!OperatingSystem.IsWindows()) return;
        Encoding own = Console.OutputEncoding;
        if (CanCarry(own)) return;
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Restore(own);
    }

    /// <returns>True if Japanese text is the same after it was written in this encoding and read again.</returns>
    public static bool CanCarry(Encoding encoding) => encoding.GetString(encoding.GetBytes(Sample)) == Sample;

    /// <summary>The console belongs to the shell that started the program.</summary>
    private static void Restore(Encoding own)
    {
        try
        {
            Console.Out.Flush();
            Console.OutputEncoding = own;
        }
        catch (IOException)
        {
            // There is no console any more.
        }
    }
}
