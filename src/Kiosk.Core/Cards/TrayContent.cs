namespace Kiosk.Core.Cards;

/// <summary>What a picture of the card tray shows.</summary>
public enum TrayContent
{
    /// <summary>No card.</summary>
    Nothing,

    /// <summary>A card without the three lines of numbers of a My Number Card: another card, or its back.</summary>
    OtherCard,

    /// <summary>A My Number Card whose numbers are not sure: reflection, card sleeve, blur.</summary>
    Unsure,

    /// <summary>All three lines were read and agree with each other.</summary>
    Read,
}
