using System.Globalization;
using System.Text.RegularExpressions;
using Kiosk.Core;
using Kiosk.Core.Failures;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Kiosk.App.Screens;

/// <summary>Base class of everything on a screen: gives access to the look and the texts.</summary>
public abstract partial class Part : ComponentBase
{
    [Parameter, EditorRequired]
    public Look Look { get; set; } = null!;

    /// <summary>A text without its readings, for attributes.</summary>
    protected string T(string key, params ReadOnlySpan<object> values) => Ruby().Replace(Fill(key, values), "$1");

    /// <summary>A text with its readings: <c>{漢字|かんじ}</c> becomes ruby. Always HTML-encoded. The text's key is written with it
    /// (<c>data-s</c>), so that the page speaks what is shown. In languages without spaces a clause stays on one line if it fits.</summary>
    protected RenderFragment Say(string key, params ReadOnlySpan<object> values)
    {
        string text = Fill(key, values), spoken = Spoken.Ids(Look.Texts, key, values);
        return builder =>
        {
            builder.OpenElement(6, "span");
            builder.AddAttribute(7, "data-s", spoken);
            string[] clauses = Clauses(text);
            foreach (string clause in clauses)
            {
                if (clauses.Length > 1)
                {
                    builder.OpenElement(8, "span");
                    builder.AddAttribute(9, "class", "clause");
                }
                Write(builder, clause);
                if (clauses.Length > 1) builder.CloseElement();
            }
            builder.CloseElement();
        };
    }

    /// <summary>Chromium may break a line between a word and its reading, so a phrase with readings is kept together.</summary>
    private static void Write(RenderTreeBuilder builder, string clause)
    {
        int at = 0;
        foreach (Match phrase in ReadPhrase().Matches(clause))
        {
            builder.AddContent(0, clause[at..phrase.Index]);
            builder.OpenElement(1, "span");
            builder.AddAttribute(2, "class", "phrase");
            WriteRead(builder, phrase.Value);
            builder.CloseElement();
            at = phrase.Index + phrase.Length;
        }
        builder.AddContent(3, clause[at..]);
    }

    private static void WriteRead(RenderTreeBuilder builder, string phrase)
    {
        int at = 0;
        foreach (Match match in Ruby().Matches(phrase))
        {
            builder.AddContent(0, phrase[at..match.Index]);
            builder.OpenElement(1, "ruby");
            builder.AddContent(2, match.Groups[1].Value);
            builder.OpenElement(3, "rt");
            builder.AddContent(4, match.Groups[2].Value);
            builder.CloseElement();
            builder.CloseElement();
            at = match.Index + match.Length;
        }
        builder.AddContent(5, phrase[at..]);
    }

    /// <summary>Splits the text after each comma and full stop, and before each full-width bracket.</summary>
    private static string[] Clauses(string text) => Clause().Split(text);

    /// <summary>A date in this language's form; the year is Gregorian, as on the card.</summary>
    private string Day(DateOnly day) => Fill("date", [day.Year, day.Month, day.Day, day.ToString("MMMM", CultureInfo.InvariantCulture)]);

    /// <summary>The failure's code, which patient and staff can tell each other.</summary>
    protected static string Code(Failure failure) => FailureCatalogue.EntryFor(failure).Code;

    /// <summary>The key of the text for a phone, if there is one; else the key itself.</summary>
    /// <param name="phone">True if the visit is made with a phone.</param>
    protected string For(bool phone, string key) => phone && Look.Texts.Has($"{key}.phone") ? $"{key}.phone" : key;

    /// <summary>True if the current visit is made with a phone.</summary>
    protected bool ByPhone => Visit.IsByPhone(Look.State);

    private string Fill(string key, ReadOnlySpan<object> values)
    {
        string text = Look.Texts[key];
        for (int i = 0; i < values.Length; i++)
        {
            string? value = values[i] is DateOnly day ? Day(day) : Convert.ToString(values[i], CultureInfo.InvariantCulture);
            text = text.Replace($"{{{i}}}", value, StringComparison.Ordinal);
        }

        return text;
    }

    [GeneratedRegex(@"\{([^|{}]+)\|([^{}]+)\}")]
    private static partial Regex Ruby();

    [GeneratedRegex(@"[^ ]*\{[^ ]*")]
    private static partial Regex ReadPhrase();

    [GeneratedRegex("(?<=[、。，；！？：] ?)(?![ 」”）]|$)|(?=（)")]
    private static partial Regex Clause();
}

/// <summary>The screen of one state.</summary>
public abstract class Screen<TState> : Part
    where TState : VisitState
{
    protected TState State => (TState)Look.State;

    protected Station Station => Look.State.Station;
}
