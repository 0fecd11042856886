namespace Kiosk.Core.Cards;

/// <summary>What one picture of the tray shows.</summary>
public enum TrayContent
{
    /// <summary>Nothing of a card's shape.</summary>
    Nothing,

    /// <summary>A card, but none of the three lines is where a My Number Card has them: another card, or its back.</summary>
    OtherCard,

    /// <summary>A My Number Card by its lines, not read for sure: glare, a sleeve, blur.</summary>
    Unsure,

    /// <summary>All three lines read, and they agree with each other.</summary>
    Read,
}
