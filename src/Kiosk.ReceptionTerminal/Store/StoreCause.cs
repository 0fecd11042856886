namespace Kiosk.ReceptionTerminal.Store;

/// <summary>Why the database does not take or give anything, as far as its error tells.</summary>
/// <param name="Detail">English, for the log and for the kiosk; a fixed sentence.</param>
/// <param name="Words">Japanese, for the page: cause and remedy.</param>
internal sealed record StoreCause(string Detail, string Words)
{
    /// <summary>Shown where the error tells no cause.</summary>
    public const string Unread = "データベースを読めません。受付端末を再起動し、くり返すなら販売店に連絡してください";

    public static readonly StoreCause Locked = new(
        "the database is locked by another program",
        "ほかのプログラムがデータベースを使っているため、受付を記録できません。バックアップなどのプログラムを終えてください。終われば自動で記録します");

    public static readonly StoreCause Full = new(
        "the disk of the database is full", "データベースの空き容量がありません。不要なファイルを消してください。空けば自動で記録します");

    public static readonly StoreCause NotWritable = new(
        "the database cannot be written",
        "データベースに書き込めません。フォルダーの書き込み権とディスクを確かめてください。直れば自動で記録します");

    public static readonly StoreCause Unreachable = new(
        "the database server cannot be reached",
        "データベースのサーバーにつながりません。サーバーの電源とネットワークを確かめてください。つながれば自動で記録します");
}
