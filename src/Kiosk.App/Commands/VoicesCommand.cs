using System.CommandLine;
using System.Text.RegularExpressions;
using Kiosk.App.Screens;

namespace Kiosk.App.Commands;

/// <summary>`kiosk voices list`: the texts to be spoken, for a speech synthesiser or a speaker. One line for each clip: language, id,
/// words.</summary>
internal static partial class VoicesCommand
{
    public static Command Make()
    {
        Command list = new("list", "one line for each clip: language, id, words (readings instead of kanji where the text gives them)");
        list.SetAction(_ =>
        {
            foreach (string language in Texts.Languages)
            {
                foreach ((string id, string words) in Spoken.All(Texts.For(language)))
                    Console.WriteLine($"{language}\t{id}\t{Ruby().Replace(words, "$2")}");
            }
        });
        return new Command("voices", "the spoken texts") { list };
    }

    [GeneratedRegex(@"\{([^|{}]+)\|([^{}]+)\}")]
    private static partial Regex Ruby();
}
