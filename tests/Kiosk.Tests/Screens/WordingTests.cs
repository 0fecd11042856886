using System.Text.RegularExpressions;
using Kiosk.App.Screens;

namespace Kiosk.Tests.Screens;

/// <summary>Rules that native readers gave for the patients' texts. Each stands for a mistake that was once on a screen.</summary>
public sealed partial class WordingTests
{
    public static TheoryData<string> Languages { get; } = new(Texts.Languages);

    /// <summary>Who hears or sees only the beginning must not take a failed visit for a finished one.</summary>
    [Theory]
    [MemberData(nameof(Languages))]
    public void Only_success_begins_with_the_first_word_of_success(string language)
    {
        Texts texts = Texts.For(language);
        string success = FirstWord(language, texts["ending.accepted.title"]);
        Assert.All(
            texts.Keys.Where(key => key != "ending.accepted.title" && Headline().IsMatch(key)),
            key => Assert.NotEqual((key, success), (key, FirstWord(language, texts[key]))));
    }

    /// <summary>"You can press once more" reads like one key. The count is of tries.</summary>
    [Theory]
    [InlineData("ja", "押")]
    [InlineData("ja-easy", "おせ|おし|おす|押")]
    [InlineData("en", "press")]
    [InlineData("zh", "按")]
    [InlineData("ko", "누르|누를|눌러")]
    [InlineData("pt", "apert|press")]
    [InlineData("vi", "bấm")]
    public void A_count_of_tries_never_speaks_of_presses(string language, string press) => Assert.All(
        ["pin.left.1", "pin.left.2", "pin.left.3", "lasttry.title", "phonepin.last"],
        key => Assert.DoesNotMatch($"(?i){press}", Plain(Texts.For(language)[key])));

    /// <summary>照合番号B is made of numbers printed on the card. "The card's number" is understood as the My Number.</summary>
    [Theory]
    [InlineData("ja", "カードの番号|個人番号")]
    [InlineData("ja-easy", "カードの番号|個人番号")]
    [InlineData("en", "card[’']s number|card number|number (on|of) (your|the) card|your number")]
    [InlineData("zh", "卡(片|上)?的?号码|个人号码")]
    [InlineData("ko", "카드의? ?번호|개인번호")]
    [InlineData("pt", "número do cartão|seu número")]
    [InlineData("vi", "số thẻ|số của thẻ|mã số")]
    public void The_printed_numbers_are_never_called_the_number_of_the_card(string language, string wrong) => Assert.All(
        Texts.For(language).Keys.Where(key => key.StartsWith("number.", StringComparison.Ordinal)
            || key.StartsWith("failure.CardNumber", StringComparison.Ordinal) || key == "choosing.number.hint"),
        key => Assert.DoesNotMatch($"(?i){wrong}", Plain(Texts.For(language)[key])));

    [Theory]
    [InlineData("ja", "暗証番号", "パスワード|個人番号")]
    [InlineData("ja-easy", "暗証番号", "パスワード|個人番号|4つの 数字を たしかめ")]
    [InlineData("en", "PIN", "password|passcode|My Number")]
    [InlineData("zh", "密码", "个人号码|编号")]
    [InlineData("ko", "비밀번호", "개인번호|마이넘버")]
    [InlineData("pt", "senha", "PIN|My Number")]
    [InlineData("vi", "mã PIN", "mã số|mật khẩu|My Number")]
    public void The_PIN_has_one_name_that_is_no_name_of_the_My_Number(string language, string name, string wrong)
    {
        Texts texts = Texts.For(language);
        Assert.All(
            ["choosing.pin", "pin.title", "lasttry.title", "lasttry.go", "verifying.title", "blocked.title", "blocked.text",
                "failure.PinWrong", "failure.PinBlocked", "failure.PhonePinBlocked"],
            key => Assert.Contains(name, Plain(texts[key]), StringComparison.OrdinalIgnoreCase));
        // The number that staff type is not the PIN either.
        Assert.All(["staffcalled.title", "visual.text"], key =>
            Assert.DoesNotContain(name, Plain(texts[key]), StringComparison.OrdinalIgnoreCase));
        Assert.All(texts.Keys.Where(key => Pin().IsMatch(key) && key != "phonepin.title"), key =>
            Assert.DoesNotMatch($"(?i){wrong}", Plain(texts[key])));
    }

    /// <summary>Words that native readers replaced on every screen.</summary>
    [Theory]
    [InlineData("ja", "パスワード|個人番号|別の方法")]
    [InlineData("en", "password|passcode")]
    [InlineData("zh", "前台|面部确认|塑料")]
    [InlineData("ko", "움직이지 않습니다|그만두")]
    [InlineData("vi", "mã số|mật khẩu|máy ảnh")]
    public void Replaced_words_do_not_come_back(string language, string replaced) => Assert.All(
        Texts.For(language).Keys.Where(key => !key.StartsWith("language", StringComparison.Ordinal)),
        key => Assert.DoesNotMatch($"(?i){replaced}", Plain(Texts.For(language)[key])));

    /// <summary>電子証明書 keeps its official name. Where the whole name does not fit, its noun stays; it is never "the card".</summary>
    [Theory]
    [InlineData("ja", "電子証明書", "電子証明書")]
    [InlineData("ja-easy", "電子証明書", "電子証明書")]
    [InlineData("en", "electronic certificate", "certificate")]
    [InlineData("zh", "电子证书", "电子证书")]
    [InlineData("ko", "전자증명서", "전자증명서")]
    [InlineData("pt", "certificado eletrônico", "certificado")]
    [InlineData("vi", "chứng nhận điện tử", "chứng nhận")]
    public void The_electronic_certificate_keeps_its_official_name(string language, string whole, string noun)
    {
        Texts texts = Texts.For(language);
        Assert.All(["ending.expiring", "ending.expiring.phone"], key =>
            Assert.Contains(whole, Plain(texts[key]), StringComparison.OrdinalIgnoreCase));
        Assert.All(
            ["ending.grace", "failure.CardHasNoCertificate", "failure.CardHasNoCertificate.phone", "failure.CertificateExpired",
                "failure.CertificateExpired.phone"],
            key => Assert.Contains(noun, Plain(texts[key]), StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Not every pharmacy takes electronic prescriptions, and the certificate is renewed with the card and its PIN.</summary>
    [Theory]
    [InlineData("ja", "対応している薬局", "カード.*暗証番号")]
    [InlineData("ja-easy", "使えない 薬局", "カード.*暗証番号")]
    [InlineData("en", "only at pharmacies that accept", "card and PIN")]
    [InlineData("zh", "只能在支持的药店", "卡片.*密码")]
    [InlineData("ko", "지원하는 약국에서만", "카드와 비밀번호")]
    [InlineData("pt", "só vale em farmácias que a aceitam", "cartão e a senha")]
    [InlineData("vi", "chỉ dùng ở hiệu thuốc có nhận", "thẻ.*mã PIN")]
    public void Promises_say_what_they_depend_on(string language, string pharmacy, string renewal)
    {
        Assert.Matches(pharmacy, Plain(Texts.For(language)["prescription.text"]));
        Assert.Matches(renewal, Plain(Texts.For(language)["ending.renew"]));
    }

    /// <summary>A face that was not seen well is the camera's trouble: nobody is called an impostor.</summary>
    [Theory]
    [InlineData("ja", "本人|別の人|偽")]
    [InlineData("ja-easy", "本人|別の 人|にせ")]
    [InlineData("en", "own|real|another person|fake")]
    [InlineData("zh", "本人|他人|真人")]
    [InlineData("ko", "본인|다른 사람|가짜")]
    [InlineData("pt", "próprio|verdadeir|outra pessoa")]
    [InlineData("vi", "chính|người khác|giả")]
    public void Nobody_is_accused(string language, string accusation) => Assert.All(
        ["failure.FaceNotLive", "failure.FaceNotMatched", "failure.FaceNotLive.next", "failure.FaceNotMatched.next"],
        key => Assert.DoesNotMatch(language is "en" or "pt" ? $@"(?i)\b({accusation})" : accusation, Plain(Texts.For(language)[key])));

    [Theory]
    [InlineData("ja", "端末|本機|キオスク")]
    [InlineData("ja-easy", "端末|本機|キオスク|たんまつ")]
    [InlineData("en", "terminal|kiosk|device")]
    [InlineData("zh", "终端|自助机|设备")]
    [InlineData("ko", "단말|키오스크")]
    [InlineData("pt", "terminal|quiosque|aparelho")]
    [InlineData("vi", "thiết bị|ki-ốt|kiosk")]
    public void The_machine_has_one_name_for_patients(string language, string other) => Assert.All(
        Texts.For(language).Keys, key => Assert.DoesNotMatch($"(?i){other}", Plain(Texts.For(language)[key])));

    /// <summary>Days and counters have readings of their own: 1日 is ついたち, 4つ is よっつ.</summary>
    [Fact]
    public void Readings_of_days_and_counters_are_those_of_the_table()
    {
        Dictionary<string, string> readings = new()
        {
            ["1日"] = "ついたち",
            ["2日"] = "ふつか",
            ["3日"] = "みっか",
            ["4日"] = "よっか",
            ["5日"] = "いつか",
            ["6日"] = "むいか",
            ["7日"] = "なのか",
            ["8日"] = "ようか",
            ["9日"] = "ここのか",
            ["10日"] = "とおか",
            ["14日"] = "じゅうよっか",
            ["20日"] = "はつか",
            ["24日"] = "にじゅうよっか",
            ["1つ"] = "ひとつ",
            ["2つ"] = "ふたつ",
            ["3つ"] = "みっつ",
            ["4つ"] = "よっつ",
            ["5つ"] = "いつつ",
            ["6つ"] = "むっつ",
            ["8つ"] = "やっつ",
            ["1回"] = "いっかい",
            ["2回"] = "にかい",
            ["3回"] = "さんかい",
            ["1人"] = "ひとり",
            ["2人"] = "ふたり",
            ["一人"] = "ひとり",
            ["一回"] = "いっかい",
            ["4月"] = "しがつ",
            ["7月"] = "しちがつ",
            ["9月"] = "くがつ",
            ["4年"] = "よねん",
            ["9年"] = "くねん",
            ["30秒"] = "さんじゅうびょう",
        };
        Texts easy = Texts.For("ja-easy");
        int seen = 0;
        foreach (string key in easy.Keys)
        {
            foreach (Match match in Counted().Matches(easy[key]))
            {
                // {4|よっ}つ is written with its counter behind, {9日|ここのか} with it inside, 9{日|ここのか} with the digit in front.
                string written = match.Groups["front"].Value + match.Groups["base"].Value + match.Groups["behind"].Value;
                string read = match.Groups["reading"].Value + match.Groups["behind"].Value;
                if (!readings.TryGetValue(written, out string? right)) continue;
                seen++;
                bool agrees = right == read || (match.Groups["front"].Length > 0 && right.EndsWith(read, StringComparison.Ordinal));
                Assert.True(agrees, $"{key}: {written} is read {right}, not {read}");
            }
        }
        Assert.InRange(seen, 5, 500);
    }

    private static string Plain(string text) => Ruby().Replace(text, "$1");

    /// <summary>The first word; in Japanese and Chinese, which have no spaces, the first three characters.</summary>
    private static string FirstWord(string language, string text) => language is "ja" or "zh" ? Plain(text)[..3]
        : Plain(text).Split([' ', ',', ':', '.', '。', '、'], StringSplitOptions.RemoveEmptyEntries)[0].ToUpperInvariant();

    [GeneratedRegex(@"\{([^|{}]+)\|[^{}]+\}")]
    private static partial Regex Ruby();

    [GeneratedRegex(@"^(ending\.\w+\.title|failure\.\w+|offline\.title|closed\.title|submitting\.t\w+)$")]
    private static partial Regex Headline();

    [GeneratedRegex("(?i)(^|\\.)(pin|phonepin|lasttry|blocked|verifying)|PinWrong|PinBlocked")]
    private static partial Regex Pin();

    [GeneratedRegex(@"(?<front>\d+)?\{(?<base>[^|{}]+)\|(?<reading>[^{}]+)\}(?<behind>つ)?")]
    private static partial Regex Counted();
}
