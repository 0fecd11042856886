namespace Kiosk.Core.Cards;

/// <summary>What is known of one entry of the patient, so that a reset does not send it twice.</summary>
internal sealed class CardEntry
{
    /// <summary>Tries left just before VERIFY was sent; null: it was not sent.</summary>
    public int? TriesBefore { get; set; }

    /// <summary>The card has answered that it is right.</summary>
    public bool IsAccepted { get; set; }

    /// <summary>The certificate was not known before: a phone shows it only after its PIN.</summary>
    public bool IsFirstRead { get; set; }
}
