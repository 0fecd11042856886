using Kiosk.Core.Consents;

namespace Kiosk.App.Screens;

/// <summary>The part of text keys and picture names that says which kind of document it is about.</summary>
public static class DocumentKeys
{
    public static string KeyFor(DocumentKind kind) => kind is DocumentKind.Letter ? "letter" : "prescription";
}
