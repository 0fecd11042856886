using Kiosk.ReceptionTerminal.Centre;
using Kiosk.ReceptionTerminal.Oqs;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Arrivals;

/// <summary>
/// Arrivals that staff enter when no reader can serve: they get a number of the day and a file for the レセコン like those of a kiosk. What
/// was entered is kept in memory for the day only; after a restart the arrival is there, but not its content.
/// </summary>
internal sealed class HandArrivals(ReceptionStore store, FaceResultWriter writer, EligibilityQueries queries)
{
    private static readonly Dictionary<string, string> s_names = new(StringComparer.Ordinal)
    {
        [HandKind.App] = "マイナ資格確認アプリ",
        [HandKind.Certificate] = "資格確認書",
        [HandKind.Statement] = "被保険者資格申立書",
    };

    /// <param name="key">Of the form: sent twice, it is one arrival.</param>
    /// <param name="kind">Of <see cref="HandKind"/>.</param>
    public async Task<ArrivalRow> EnterAsync(Guid key, string staff, string kind, Eligibility answer)
    {
        ArrivalRow row = await store.AddByHandAsync(key, staff, kind);
        Eligibility marked = answer with { Notice = $"{answer.Notice} 手入力（{s_names[row.Hand]}、職員 {row.CheckIn.StaffId}）".Trim() };
        (IReadOnlyDictionary<string, int> missing, string trouble) = await writer.WriteAsync(row, marked);
        queries.Keep(row.No, new(marked, missing, trouble));
        return row;
    }
}
