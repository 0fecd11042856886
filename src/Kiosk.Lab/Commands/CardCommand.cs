using System.CommandLine;
using System.Globalization;
using Kiosk.Core.Values;
using Kiosk.Simulators.CardReader;

namespace Kiosk.Lab.Commands;

/// <summary>`kiosk-lab card list|show|make|serve`: the virtual cards.</summary>
internal static class CardCommand
{
    private static DateOnly Today => JapanTime.DateOf(TimeProvider.System.GetUtcNow());

    public static Command Make()
    {
        Command list = new("list", "list the virtual cards: name, PIN, description");
        list.SetAction(_ =>
        {
            foreach (VirtualCardEntry card in VirtualCards.All)
                Console.WriteLine($"{card.Name,-16} {VirtualCards.Pin(card.Name) ?? "-",-5} {card.What}");
        });
        return new Command("card", "virtual cards; each card is a JSON file (src/Kiosk.Simulators/CardReader/Cards/README.md)")
        {
            list, Show(), MakeFile(), Serve(),
        };
    }

    private static Command Show()
    {
        Argument<string> name = new("card") { Description = "a name of `card list`, or the path of a JSON file" };
        Command show = new("show", "show the printed data of a card, the contents of its chip, and its PINs") { name };
        show.SetAction(options => WithExitCode(() =>
        {
            foreach (string line in CardSheet.LinesFor(options.GetValue(name)!, Today)) Console.WriteLine(line);
        }));
        return show;
    }

    private static Command MakeFile()
    {
        Argument<string> file = new("file") { Description = "file to write, ending with .json; `insert` takes this path" };
        Option<string> like = new("--like")
        {
            Description = "the card that provides all values that are not given here",
            DefaultValueFactory = _ => "standard",
        };
        Option<string?> what = new("--what") { Description = "description in one line" };
        Option<string?> photo = new("--photo")
        {
            Description = "a picture of a face; it is cropped and converted to grey JPEG 2000 as on a card",
        };
        Option<string?> nameImage = new("--name-image")
        {
            Description = "a picture of the name, black on white; it is converted to 1-bit PNG as on a card",
        };
        Option<string?> pin = new("--pin") { Description = "four digits" };
        Option<int?> left = new("--pin-left") { Description = "PIN tries left, 0 to 3" };
        Option<string?> birth = new("--birth") { Description = "YYYYMMDD; the printed form uses the Japanese era" };
        Option<string?> printed = new("--birth-as-printed")
        {
            Description = "six digits, if the card prints another form (foreign residents: 西暦)",
        };
        Option<int?> days = new("--certificate-days") { Description = "last day of the certificate, days from today; may be negative" };
        Option<string?> fault = new("--fault") { Description = CardFaults.Words };
        Command make = new("make", "write a new card as a JSON file")
        {
            file, like, what, photo, nameImage, pin, left, birth, printed, days, fault,
        };
        make.SetAction(options => WithExitCode(() =>
        {
            string path = options.GetValue(file)!;
            if (!path.EndsWith(".json", StringComparison.Ordinal)) throw new InvalidDataException($"{path}: the name must end with .json");
            CardFileMaker maker = new(
                options.GetValue(like)!, options.GetValue(what), options.GetValue(photo), options.GetValue(nameImage),
                    options.GetValue(pin), options.GetValue(left),
                options.GetValue(birth), options.GetValue(printed), options.GetValue(days), options.GetValue(fault));
            File.WriteAllText(path, maker.Make());
            foreach (string line in CardSheet.LinesFor(path, Today)) Console.WriteLine(line);
        }));
        return make;
    }

    private static Command Serve()
    {
        Option<string?> vsc = new("--vsc")
        {
            Description = "Unix socket of a QEMU's ccid-card-passthru: the card is on the guest's USB reader. "
                + "Without it, the card is on the vpcd of this machine",
        };
        Option<string?> hierarchy = new("--hierarchy")
        {
            Description = "folder of the issuers' keys, made on first use: the same folder gives the same issuers",
        };
        Option<string?> trust = new("--trust") { Description = "folder to write the trust anchors to: the kiosk's card.trust" };
        Option<string?> photo = new("--photo") { Description = "JP2 file for the cards' photo (DF27)" };
        Option<LinkModel> rate = new("--rate")
        {
            Description = $"how fast the card is: {LinkModel.Names}",
            DefaultValueFactory = _ => LinkModel.None,
            CustomParser = text => Parsed(text, word => new LinkModel(word)),
        };
        Option<DateOnly> today = new("--today")
        {
            Description = "YYYY-MM-DD: the day that the dates of the cards are relative to",
            DefaultValueFactory = _ => Today,
            CustomParser = text => Parsed(text, word => DateOnly.ParseExact(word, "yyyy-MM-dd", CultureInfo.InvariantCulture)),
        };
        Option<string?> pcscd = new("--pcscd") { Description = "also start this pcscd; for a private namespace only", Hidden = true };
        Option<string> driver = new("--driver")
        {
            Description = "path of libifdvpcd.so",
            DefaultValueFactory = _ => CardServeOptions.DebianDriver,
            Hidden = true,
        };
        Command serve = new("serve", $"""
            a virtual card, commanded by lines on standard input, one JSON answer a line:
              insert NAME | pull | bounce MS | power | rate NAME | stats | quit
              fault {CardFaults.Words}
              reader on|off | service on|off
            """) { vsc, hierarchy, trust, photo, rate, today, pcscd, driver };
        serve.SetAction((options, _) => CardServe.RunAsync(
            new CardServeOptions(
                options.GetValue(today), options.GetValue(rate)!, options.GetValue(hierarchy), options.GetValue(photo),
                    options.GetValue(vsc),
                options.GetValue(trust), options.GetValue(pcscd), options.GetValue(driver)!),
            TimeProvider.System));
        return serve;
    }

    private static T? Parsed<T>(System.CommandLine.Parsing.ArgumentResult text, Func<string, T> parse)
    {
        try
        {
            return parse(text.Tokens[0].Value);
        }
        catch (FormatException wrong)
        {
            text.AddError(wrong.Message);
            return default;
        }
    }

    /// <summary>If a card cannot be made or shown, prints the reason and returns exit code 65.</summary>
    private static int WithExitCode(Action work)
    {
        try
        {
            work();
            return 0;
        }
        catch (Exception refused) when (refused is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(refused.Message.ReplaceLineEndings(" "));
            return 65;
        }
    }
}
