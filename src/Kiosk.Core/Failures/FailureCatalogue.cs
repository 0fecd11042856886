namespace Kiosk.Core.Failures;

/// <summary>One failure, as the catalogue describes it.</summary>
/// <param name="Code">Shown to patient and staff, for example <c>K101</c>. Never changed and never used again.</param>
/// <param name="Staff">What happened, for staff (Japanese).</param>
/// <param name="Remedy">What staff have to do (Japanese).</param>
/// <param name="Exit">Exit code of <c>kiosk visit</c>, 10 to 69.</param>
public sealed record FailureEntry(string Code, string Staff, string Remedy, int Exit);

/// <summary>All failures. <c>failures.md</c> is written from it; a test compares the two.</summary>
public static class FailureCatalogue
{
    public static FailureEntry EntryFor(Failure failure) => failure switch
    {
        Failure.CardUnreadable => new("K101", "カードのICを読めません", "カードケースから出し、向きを確かめて置き直す。くり返すなら別の確認方法で受付する", 10),
        Failure.CardSilent => new("K102", "カードが応答しません", "カードを一度取り出し、置き直す", 11),
        Failure.CardMoved => new("K103", "読み取り中にカードが動きました", "カードを置き直し、終わるまで動かさない", 12),
        Failure.CardIsLicence => new("K104", "運転免許証が置かれています", "マイナンバーカードを置いてもらう", 13),
        Failure.CardIsOldResidentCard => new("K105", "住民基本台帳カードが置かれています", "マイナンバーカードを置いてもらう。なければ資格確認書で受付する", 14),
        Failure.CardIsPhone => new("K106", "スマートフォンが置かれています", "汎用カードリーダーで受付する", 15),
        Failure.CardUnknown => new("K107", "マイナンバーカードではないカードです", "マイナンバーカードを置いてもらう", 16),
        Failure.CardHasNoCertificate => new("K108", "利用者証明用電子証明書が入っていません", "資格確認書などで受付し、市区町村での発行を案内する", 17),
        Failure.CardNotGenuine => new("K109", "カードが本物か確かめられません", "このカードでは受付しない。窓口で本人確認書類と資格確認書などで受付する。ほかのカードでも出るなら販売店に連絡する", 18),
        Failure.CardAlgorithmUnknown => new("K112", "このカードの暗号の方式に、まだ対応していません（偽物という意味ではありません）",
            "窓口で資格確認書などで受付する。詳細にある方式の名前を販売店に伝え、キオスクと受付端末の更新を頼む", 28),
        Failure.CertificateExpired => new("K110", "電子証明書の有効期限が切れ、猶予（3か月後の月末まで）も過ぎています", "資格確認書などで受付し、市区町村での更新を案内する", 19),
        Failure.CardNotProven => new("K635", "カードと電子証明書が同じ人のものか確かめられません", "券面の写真と氏名を本人と見比べる。暗証番号で受付するか、本人確認書類で確かめる", 34),
        Failure.PhoneLocked => new("K111", "スマートフォンで本人確認（Face IDなど）がされていません", "画面のロックを解除して本人確認をしてから、もう一度かざしてもらう", 24),
        Failure.CardNumberWrong => new("K201", "照合番号Bがカードと合いません", "カードの表面の番号を確かめる。続けて試さず暗証番号か目視にする", 20),
        Failure.CardNumberGuarded => new("K202", "照合番号Bの残り回数が少ないため使いません", "暗証番号か目視で受付する", 21),
        Failure.PinWrong => new("K203", "暗証番号が違います", "残り回数を確かめて入力し直すか、顔認証・目視にする", 22),
        Failure.PinBlocked => new("K204", "暗証番号がロックされているか、設定されていません", "顔認証か目視で受付し、市区町村での解除を案内する", 23),
        Failure.PhonePinBlocked => new("K205", "スマートフォンの暗証番号がロックされています", "プラスチックのカードか目視で受付し、スマートフォンの暗証番号の再設定を案内する", 25),
        Failure.FaceNotMatched => new("K301", "カードの写真と顔が一致しません", "本人か確かめ、暗証番号か目視で受付する", 30),
        Failure.FaceNotLive => new("K302", "カメラの前の人が本人だと確かめられません", "職員がそばで本人を確かめ、暗証番号か目視で受付する", 31),
        Failure.FaceMustWait => new("K636", "このカードで顔認証に続けて失敗しました", "本人か確かめる。顔認証は30秒後にまた使える。待たずに暗証番号か目視で受付する", 35),
        Failure.FaceTriesSpent => new("K637", "このカードの顔認証は本日もう使えません（10回続けて失敗）", "本人か確かめ、暗証番号か目視で受付する", 36),
        Failure.PhotoUnreadable => new("K303", "カードの写真を開けません", "暗証番号か目視で受付する", 32),
        Failure.PhotoAbsent => new("K640", "カードに顔写真がありません（1歳未満のときに交付されたカード）", "顔認証と目視は使えない。付き添いの方の暗証番号か、資格確認書などで受付する", 37),
        Failure.StaffCodeWrong => new("K401", "職員用の番号が違います", "施設の目視確認番号を確かめる", 33),
        Failure.ReceptionUnreachable => new("K501", "受付端末につながりません", "受付端末の電源とLANを確かめる。つながれば自動で戻る", 40),
        Failure.ReceptionRefused => new("K502", "受付端末が受け付けませんでした", "受付端末の画面の表示を確かめる", 41),
        Failure.LinkNotTrusted => new("K503", "受付端末との証明書が合いません", "窓口で受付を続ける。技術者に、受付端末とのペアリングのやり直し（kiosk enroll）を頼む", 42),
        Failure.ClockWrong => new("K504", "時計がずれているか、証明書の期限が切れています", "受付端末とキオスクの日時を確かめる。正しければ技術者に登録のやり直し（kiosk enroll）を頼む", 43),
        Failure.ReceptionNotStoring => new("K630", "受付端末がデータベースに書き込めません", "受付端末の画面に出る原因（ほかのプログラムの使用、空き容量など）を取り除く。キオスクの電源とLANは正常", 45),
        Failure.ReaderMissing => new("K601", "カードリーダーが見つかりません", "カードリーダーのケーブルを差し直す。戻れば自動で再開する", 50),
        Failure.ReaderServiceDown => new("K602", "カードリーダーのサービスが動いていません", "カードリーダーのケーブルを確かめ、キオスクの電源を入れ直す。戻れば自動で再開する", 51),
        Failure.ReaderBusy => new("K603", "ほかのプログラムがカードリーダーを使っています", "ほかのカードソフトを終了する", 52),
        Failure.CameraMissing => new("K604", "カメラが見つかりません", "カメラのケーブルを差し直す。暗証番号での受付は続けられる", 53),
        Failure.CameraBusy => new("K605", "ほかのプログラムがカメラを使っています", "ほかのカメラソフトを終了する", 54),
        Failure.ModelMissing => new("K606", "顔認証のモデルがありません", "暗証番号か目視で受付を続ける。技術者に、設定 face.models のフォルダーを確かめてもらう", 55),
        Failure.ModelNotListed => new("K607", "顔認証のモデルが一覧（manifest.json）と違います", "暗証番号か目視で受付を続ける。技術者にモデルを入れ直してもらう（書き換えられたファイルは使わない）", 56),
        Failure.ConfigBroken => new("K608", "設定ファイルに誤りがあります", "窓口で受付を続ける。技術者に、示された項目を直してキオスクを再起動してもらう", 57),
        Failure.CertificateFileBroken => new("K609", "証明書ファイルを読めません", "窓口で受付を続ける。技術者に、証明書の場所の確認かペアリングのやり直しを頼む", 58),
        Failure.JournalBroken => new("K610", "控え（ジャーナル）を書けません", "窓口で受付を続ける。技術者に、キオスクの空き容量と書き込み権を確かめてもらう", 59),
        Failure.TamperOpened => new("K611", "キオスクの筐体が開けられました", "筐体を確かめて閉じ、受付端末で休止を一度入れて解除する", 61),
        Failure.BoardDeviceMissing => new("K612", "ランプ・センサーなどの機器が見つかりません", "配線と設定 devices を確かめる。受付は続けられる", 62),
        Failure.TooHot => new("K613", "キオスクの内部が熱くなっています", "通風口をふさいでいないか確かめ、室温を下げる", 63),
        Failure.CameraDamaged => new("K626", "カメラの映像が壊れています", "カメラのケーブルとハブを確かめ、差し直す。くり返すならカメラを交換する", 47),
        Failure.ScreenMissing => new("K627", "患者用の画面が表示されていません", "自動で表示し直す。戻らなければディスプレイの電源とケーブルを確かめ、キオスクを再起動する", 48),
        Failure.TouchMissing => new("K628", "タッチパネルが見つかりません", "タッチパネルのUSBケーブルを差し直す。戻れば自動で再開する", 49),
        Failure.LogNotWritten => new("K629", "ログを書けません", "空き容量とログのフォルダーの権限を確かめる。受付は続けられる", 44),
        Failure.DecoderNotConfined => new("K631", "カードの写真を開くプログラムの保護が一部働いていません", "詳細を販売店に連絡する。受付は続けられる", 46),
        Failure.FaceLibraryMissing => new("K665", "顔認証とカードの写真に使うライブラリ（OpenCV）がありません", "暗証番号か目視で受付を続ける。技術者に、プログラムの入れ直しを頼む", 26),
        Failure.DecoderMissing => new("K666", "カードの写真を開くプログラムが動きません", "暗証番号か目視で受付を続ける。キオスクの電源を入れ直す。直らなければ販売店に連絡する", 29),
        Failure.TicketPaperOut => new("K667", "番号の紙のプリンターに紙がないか、カバーが開いています", "紙を入れ、カバーを閉じる。直れば自動で印刷に戻る。受付は続けられる（番号は画面に出る）", 64),
        Failure.TicketPrinterMissing => new("K668", "番号の紙のプリンターが応答しません", "プリンターの電源とケーブルを確かめる。直れば自動で印刷に戻る。受付は続けられる（番号は画面に出る）", 65),
        Failure.DataUnreadable => new("K632", "キオスクが保存したデータを読めません（消されてはいません）", "電源を切り、10秒待って入れ直す。直らなければ画面の手順どおり、技術者に回復キーか交換を頼む", 27),
        Failure.DataNotEncrypted => new("K633", "キオスクのデータ領域が暗号化されていません", "窓口で受付を続ける。技術者に、署名した消去の指示と設定のやり直しを頼む", 38),
        Failure.ImageTooOld => new("K634", "キオスクの版が古く、起動を止めました", "窓口で受付を続ける。技術者に、インストール用USBメモリで最新の版を入れてもらう", 39),
        Failure.ProgramFault => new("K699", "プログラムの誤りで受付を中止しました", "もう一度カードを置いてもらう。くり返すなら販売店に連絡する", 60),
    };
}
