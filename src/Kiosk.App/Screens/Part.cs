using System.Globalization;
using System.Text.RegularExpressions;
using Kiosk.Core;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Kiosk.App.Screens;

/// <summary>Anything on a screen: sees the look, finds words.</summary>
public abstract partial class Part : ComponentBase
{
    [Parameter, EditorRequired]
    public Look Look { get; set; } = null!;

    /// <summary>A text as plain letters, for attributes.</summary>
    protected string T(string key, params ReadOnlySpan<object> values) => Ruby().Replace(Fill(key, values), "$1");

    /// <summary>A text with its readings: <c>{漢字|かんじ}</c> becomes ruby. Always encoded. Its key stands beside it (<c>data-s</c>):
    /// what is written is what is spoken. In the languages whose words have no spaces a clause is kept together where the line allows.</summary>
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

    /// <summary>Between a word and its reading Chromium would break a line: a phrase with readings stays whole.</summary>
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

    /// <summary>The text cut after each comma and full stop and before each bracket of full width.</summary>
    private static string[] Clauses(string text) => Clause().Split(text);

    /// <summary>A day as this language writes it; years are the card's, Gregorian.</summary>
    private string Day(DateOnly day) => Fill("date", [day.Year, day.Month, day.Day, day.ToString("MMMM", CultureInfo.InvariantCulture)]);

    /// <summary>The number patient and staff can tell each other.</summary>
    protected static string Code(Failure failure) => FailureCatalogue.EntryFor(failure).Code;

    /// <summary>Key of what is said to somebody with a phone, where it differs.</summary>
    /// <param name="phone">The visit is made with a phone.</param>
    protected string For(bool phone, string key) => phone && Look.Texts.Has($"{key}.phone") ? $"{key}.phone" : key;

    /// <summary>The visit at hand is made with a phone.</summary>
    protected bool ByPhone => Visit.IsByPhone(Look.State);

    private string Fill(string key, ReadOnlySpan<object> values)
    {
        string text = Look.Texts[key];
        for (int i = 0; i < values.Length; i++)
            text = text.Replace($"{{{i}}}", values[i] is DateOnly day ? Day(day) : Convert.ToString(values[i], CultureInfo.InvariantCulture), StringComparison.Ordinal);
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
