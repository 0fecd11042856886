using Kiosk.Simulators.Centre;

namespace Kiosk.Lab.Desk;

/// <summary>What a tester can choose for the simulated national centre: one answer, and one pace.</summary>
internal static class CentreChoices
{
    private static readonly (string Name, string What)[] _answers =
    [
        ("in-turn", "カードごとに順番"), ("valid", "有効"), ("newer", "無効（新しい資格あり）"), ("several", "複数該当"), ("invalid", "無効"),
        ("none", "該当資格なし"), ("revoked", "電子証明書の失効"), ("unregistered", "利用登録なし"), ("valid-unregistered", "有効（未登録）"),
        ("lapsed", "利用登録の解除"),
        ("letter", "有効、紹介状1通"), ("letters", "有効、紹介状3通"),
        ("prescription", "有効、電子処方箋1件（薬局）"), ("prescriptions", "有効、電子処方箋3件、うち1件期限切れ（薬局）"),
        ("aid", "有効、医療費助成1件"), ("aids", "有効、医療費助成2件"), ("refused", "照会不可"), ("silent", "回答なし（すぐ）"),
    ];

    private static readonly (string Name, string What, int DelayMs, bool Hangs)[] _paces =
    [
        ("at-once", "すぐに回答", 0, false), ("1s", "1秒で回答", 1000, false), ("8s", "8秒で回答", 8000, false), ("hangs", "いつまでも回答しない", 0, true),
    ];

    public static IReadOnlyList<(string Name, string What, bool On)> All(CentreOrder now) =>
    [
        .. _answers.Select(a => (a.Name, a.What, (now.Answer ?? "in-turn") == a.Name)),
        .. _paces.Select(p => (p.Name, p.What, now.DelayMs == p.DelayMs && now.Hangs == p.Hangs)),
    ];

    /// <exception cref="ArgumentOutOfRangeException">No such choice.</exception>
    public static CentreOrder With(CentreOrder now, string choice)
    {
        if (_answers.Any(a => a.Name == choice)) return now with { Answer = choice == "in-turn" ? null : choice };
        foreach ((string name, _, int delay, bool hangs) in _paces)
            if (name == choice) return now with { DelayMs = delay, Hangs = hangs };
        throw new ArgumentOutOfRangeException(nameof(choice), choice, "an answer or a pace of the simulated centre");
    }
}
