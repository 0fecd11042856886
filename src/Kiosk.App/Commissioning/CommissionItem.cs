using System.Globalization;

namespace Kiosk.App.Commissioning;

/// <summary>What an answer states besides its result.</summary>
internal enum FigureKind
{
    None,

    /// <summary>A whole number, 0 or more.</summary>
    Count,

    /// <summary>yyyy-MM-dd.</summary>
    Date,
}

/// <summary>One check that the technician does and confirms at the installation.</summary>
/// <param name="Key">Name in the answers file.</param>
/// <param name="Japanese">確認項目.</param>
/// <param name="Do">What to do, one sentence.</param>
/// <param name="Expect">The expected result, one sentence.</param>
/// <param name="Figure">What a good answer must state as a figure; empty: nothing.</param>
internal sealed record CommissionItem(
    string Key, string Japanese, string Do, string Expect, string Figure = "", FigureKind Kind = FigureKind.None)
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
        // The completion report of the facilities' own system asks for these, each with a figure.
        new("reader-tries", "顔認証付きカードリーダー", "テスト用カードで顔認証を10回行う", "9回以上成功する", "10回のうち成功した回数", FigureKind.Count),
        new("drugs", "薬剤情報の閲覧", "同意したテスト用の受付で、受付端末の「薬剤」を開く", "薬剤情報一覧が表示され、A4で印刷できる", "表示された薬剤の件数",
            FigureKind.Count),
        new("checkups", "特定健診情報の閲覧", "同意したテスト用の受付で、受付端末の「健診」を開く", "特定健康診査受診結果が表示され、A4で印刷できる", "表示された健診の回数",
            FigureKind.Count),
        new("papers", "申請と証明書", "利用申請の完了と、資格確認端末の電子証明書を確かめる", "申請が済み、電子証明書が有効である", "電子証明書の有効期限",
            FigureKind.Date),
        new("start", "運用開始日", "運用開始日を施設のご担当者と決める", "開始日が決まっている", "運用開始日", FigureKind.Date),
    ];

    /// <summary>A figure of the right kind; also where none is asked for.</summary>
    public bool Takes(string figure) => Kind switch
    {
        FigureKind.Count => figure.Length is > 0 and <= 6 && figure.All(char.IsAsciiDigit),
        FigureKind.Date => DateOnly.TryParseExact(figure, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        FigureKind.None => figure.Length == 0,
        _ => false,
    };

    /// <summary>How a figure is typed, for questions and error messages.</summary>
    public string FigureForm => Kind is FigureKind.Date ? "年-月-日、例 2027-04-01" : "数字";

    /// <summary>A known result, with a note where one is required, and a figure where a good result needs one.</summary>
    public bool IsComplete(CommissionAnswer answer) => answer.IsComplete && (answer.Result is not "ok" || Takes(answer.Figure));
}

/// <summary>The technician's answer to one item.</summary>
/// <param name="Result">ok, ng or na (対象外).</param>
/// <param name="Note">Required for ng (what was wrong) and na (why it does not apply). No names of persons.</param>
/// <param name="Figure">Required for ok where the item asks for one.</param>
public sealed record CommissionAnswer(string Result, string Note = "", string Figure = "")
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
