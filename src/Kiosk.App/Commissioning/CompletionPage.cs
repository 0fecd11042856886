using System.Globalization;
using System.Net;
using System.Text;
using Kiosk.App.Benches;
using Kiosk.Core;

namespace Kiosk.App.Commissioning;

/// <summary>設置完了報告書: one HTML file in Japanese on two sheets of A4, printed to PDF by any browser. No patient, no technician's name: the lines for names are signed by hand.</summary>
internal static class CompletionPage
{
    private const string Style = """
        @page{size:A4;margin:15mm}body{font:14px/1.6 "BIZ UDPGothic","Noto Sans CJK JP",sans-serif;color:#1a1a1a;max-width:190mm;margin:1.5em auto;padding:0 1em}
        h1{font-size:1.6em;text-align:center;letter-spacing:.2em;margin:.2em 0 .8em}h2{font-size:1.1em;margin:1.4em 0 .3em;border-left:6px solid #0017c1;padding-left:.5em}
        table{border-collapse:collapse;width:100%}th,td{border:1px solid #767676;padding:.25em .6em;text-align:left;vertical-align:top}th{background:#eef1fb;font-weight:600;white-space:nowrap}
        .ok{color:#11622c;font-weight:700;white-space:nowrap}.ng{color:#850000;font-weight:700;white-space:nowrap}.na{color:#555;white-space:nowrap}
        .verdict{font-size:1.2em;font-weight:700;text-align:center;border:2px solid;padding:.4em;margin:.8em 0}tr{break-inside:avoid}h2{break-after:avoid}
        .sign td{height:2.6em;width:35%}.small{font-size:.85em;color:#444;word-break:break-all}code{font-family:monospace}
        @media print{body{margin:0;padding:0;max-width:none}}
        """;

    public static string Of(CompletionReport report)
    {
        StringBuilder page = new();
        void Add(FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture));
        Add($"<!doctype html><html lang=\"ja\"><meta charset=\"utf-8\"><title>設置完了報告書 {Text(report.KioskId)}</title><style>{Style}</style>");
        Add($"<h1>設置完了報告書</h1><table><tr><th>施設名<td>{Text(report.Answers.Site)}<th>設置場所<td>{Text(report.Answers.Place)}");
        Add($"<tr><th>端末<td>{Text(report.KioskId)}<th>製造番号<td>{Text(report.Answers.KioskSerial)}");
        Add($"<tr><th>日時<td>{JapanTime.At(report.At):yyyy年M月d日 HH:mm}<th>ソフトウェア<td>{Text(report.Host.Program)} {Text(report.Host.Git.Length > 12 ? report.Host.Git[..12] : report.Host.Git)}");
        Add($"<tr><th>受付端末<td>{Text(report.Reception)}<th>OS<td>{Text(report.Host.System)}</table>");
        if (report.Simulated) page.Append("<p class=\"verdict na\">模擬環境での試行です。実機の報告書ではありません</p>");
        Add($"<p class=\"verdict {(report.Passed ? "ok" : "ng")}\">{(report.Passed ? "合格：すべての確認項目を満たしました" : $"不合格：{report.Bad} 項目が満たされていません")}</p>");
        page.Append("<h2>設置時の確認（作業者が実施）</h2><table><tr><th>項目<th>手順と期待する結果<th>結果<th>備考");
        foreach (CommissionItem item in CommissionItem.All)
        {
            CommissionAnswer answer = report.Answers.Items[item.Key];
            string told = answer.Result switch { "ok" => "○ 良", "ng" => "× 否", _ => "－ 対象外" };
            Add($"<tr><td>{item.Japanese}<td>{item.Do}。{item.Expect}。<td class={answer.Result}>{told}<td>{Text(answer.Note)}");
        }
        page.Append("</table><h2>自己診断（本機が実施）</h2><table><tr><th>項目<th>結果<th>測定値・状態");
        foreach (SelfCheck check in report.Checks)
            Add($"<tr><td>{check.Japanese}<td class={(check.Good ? "ok>○ 良" : $"ng>× {check.Code}")}<td>{Text(check.Detail)}{(check.Remedy is string remedy ? $"<br>対処：{Text(remedy)}" : "")}");
        page.Append("</table><h2>確認者</h2><table class=sign><tr><th>作業者（署名）<td><th>施設のご担当者（署名）<td></table>");
        Add($"<h2>電子署名</h2><p class=small>この文書は本機の鍵で署名されています（<code>completion.html.sig</code>、SHA-256）。証明書の指紋 {Text(report.Fingerprint)}<br>確認方法：<br><code>openssl x509 -in certificate.pem -pubkey -noout &gt; key.pem</code><br><code>openssl dgst -sha256 -verify key.pem -signature completion.html.sig completion.html</code></p></html>\n");
        return page.ToString();
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}

/// <summary>All of a commissioning.</summary>
/// <param name="Reception">Host and port.</param>
/// <param name="Fingerprint">SHA-256 of the kiosk's certificate, hex.</param>
internal sealed record CompletionReport(
    DateTimeOffset At, string KioskId, string Reception, HostFacts Host, string Fingerprint, IReadOnlyList<SelfCheck> Checks, CommissionAnswers Answers, bool Simulated)
{
    /// <summary>Checks and items that are not good.</summary>
    public int Bad => Checks.Count(c => !c.Good) + Answers.Items.Values.Count(a => a.Result is "ng");

    public bool Passed => Bad == 0;
}
