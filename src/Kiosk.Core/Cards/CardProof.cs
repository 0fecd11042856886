using Kiosk.Core.Failures;

namespace Kiosk.Core.Cards;

/// <summary>What a signature of a card proves, and the failure if it proves nothing.</summary>
internal static class CardProof
{
    /// <param name="what">The key, for staff: <c>JPKI 0017</c>, <c>DF24</c>.</param>
    /// <exception cref="FailureException">
    /// CardNotGenuine: this key did not sign. CardAlgorithmUnknown: it did, in a form that is not known of cards.
    /// </exception>
    public static void Require(CardPublicKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, string what)
    {
        RequireKnown(key, what);
        if (key.Verifies(message, signature)) return;
        throw key.VerifiesInAnotherForm(message, signature)
            ? Unknown($"{what} signs in DER")
            : new FailureException(Failure.CardNotGenuine, what);
    }

    /// <exception cref="FailureException">CardAlgorithmUnknown.</exception>
    public static void RequireKnown(CardPublicKey key, string what)
    {
        if (!key.IsKnown) throw Unknown($"{what}: {key.Name}");
    }

    public static FailureException Unknown(string detail) => new(Failure.CardAlgorithmUnknown, detail);
}
