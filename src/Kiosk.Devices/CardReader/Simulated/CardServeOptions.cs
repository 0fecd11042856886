using System.Globalization;

namespace Kiosk.Devices.CardReader.Simulated;

/// <summary>Arguments of <c>kiosk card serve</c>.</summary>
/// <param name="Hierarchy"><c>--hierarchy DIR</c>: where the issuers' keys are.</param>
/// <param name="Photo"><c>--photo FILE</c>: JP2 for DF27.</param>
/// <param name="Rate"><c>--rate none|106|212|424|contact</c>.</param>
/// <param name="Today"><c>--today YYYY-MM-DD</c>: what the cards' dates are relative to.</param>
/// <param name="Pcscd"><c>--pcscd PATH</c>: also start pcscd; only in a private namespace. Null: vpcd is there already.</param>
/// <param name="Driver"><c>--driver PATH</c> of libifdvpcd.so.</param>
internal sealed record CardServeOptions(string? Hierarchy, string? Photo, LinkModel Rate, DateOnly Today, string? Pcscd, string Driver)
{
    public const string DebianDriver = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";

    /// <exception cref="FormatException">An unknown argument, or one without its value.</exception>
    public static CardServeOptions Parse(ReadOnlySpan<string> args, DateOnly today)
    {
        CardServeOptions options = new(null, null, LinkModel.None, today, null, DebianDriver);
        for (; args.Length > 0; args = args[2..])
        {
            if (args.Length == 1) throw new FormatException($"{args[0]}: value missing");
            string value = args[1];
            options = args[0] switch
            {
                "--hierarchy" => options with { Hierarchy = value },
                "--photo" => options with { Photo = value },
                "--rate" => options with { Rate = new LinkModel(value) },
                "--today" => options with { Today = DateOnly.ParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture) },
                "--pcscd" => options with { Pcscd = value },
                "--driver" => options with { Driver = value },
                _ => throw new FormatException($"unknown argument {args[0]}"),
            };
        }

        return options;
    }
}
