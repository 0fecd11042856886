namespace Kiosk.App.Commissioning;

/// <summary>One check that the technician does and confirms at the installation.</summary>
/// <param name="Key">Name in the answers file.</param>
/// <param name="Japanese">確認項目.</param>
/// <param name="Do">What to do, one sentence.</param>
/// <param name="Expect">The expected result, one sentence.</param>
internal sealed record CommissionItem(string Key, string Japanese, string Do, string Expect)
{
    /// <summary>
    /// 設置時の確認: first those of the installation manuals of existing card readers, in their order, then those of this terminal.
    /// </summary>
    public static IReadOnlyList<CommissionItem> All { get; } =
    [
        new("face", "顔認証", "テスト用カードを置き、顔認証で受付する", "受付端末に受付が表示され、番号がキオスクの画面と同じである"),
        new("visual", "汎用リーダー 目視", "受付端末で汎用リーダーを使い、目視確認で受付する", "受付端末に「目視」として表示される"),
        new("pin", "汎用リーダー PIN", "受付端末で汎用リーダーを使い、暗証番号で受付する", "受付端末に「暗証番号」として表示される"),
        new("typed", "被保険者番号の手入力", "受付端末で被保険者番号を手入力して照会する", "資格情報が表示される"),
        new("system", "既存システム連携", "受付した内容が既存システム（レセコン・電子カルテ）に届くか見る", "既存システムの患者画面に資格情報が入る"),
        new("camera-view", "カメラの向きと明るさ", "車いすの高さと立った高さの両方で顔認証の画面を見る", "どちらでも顔の全体が枠に入り、逆光・映り込みがない"),
        new("sound", "音", "受付の完了音と取り忘れの音を、待合の騒がしさで聞く", "1 m 離れて聞こえる"),
        new("light", "ランプ", "カードを置き、終わりまでランプの色を見る", "青・白・緑の順に変わり、取り忘れで橙に点滅する"),
        new("staff-call", "職員の呼び出し", "画面の「職員を呼ぶ」を押す", "受付端末が鳴り、キオスクの番号が出る"),
        new("case", "筐体開放", "筐体を開ける", "キオスクが使えない表示になり、受付端末に知らせが出る。閉じて解除すると戻る"),
    ];
}

/// <summary>The technician's answer to one item.</summary>
/// <param name="Result">ok, ng or na (対象外).</param>
/// <param name="Note">Required for ng (what was wrong) and na (why it does not apply). No names of persons.</param>
public sealed record CommissionAnswer(string Result, string Note = "")
{
    /// <summary>A known result, with a note where one is required.</summary>
    public bool IsComplete => Result is "ok" || (Result is "ng" or "na" && Note.Trim().Length > 0);
}

/// <summary>All answers; also the form of the answers file (JSON).</summary>
/// <param name="Site">施設名.</param>
/// <param name="Place">設置場所.</param>
/// <param name="KioskSerial">キオスクの製造番号, as on the label.</param>
/// <param name="Items">By <see cref="CommissionItem.Key"/>.</param>
public sealed record CommissionAnswers(string Site, string Place, string KioskSerial, IReadOnlyDictionary<string, CommissionAnswer> Items);
