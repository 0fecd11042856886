using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Store;

namespace Kiosk.ReceptionTerminal.Events;

/// <summary>
/// What the site's own systems hear of an arrival: no name, no insurance. README.md of this program documents the JSON.
/// </summary>
/// <param name="Id">Unique for each arrival of this database; the same in every repeat.</param>
/// <param name="At">When it was stored, with the offset of Japan.</param>
/// <param name="Kiosk">Empty: entered by hand at the desk.</param>
/// <param name="Method">Face, Pin, Visual, Phone, or a kind of entry by hand.</param>
/// <param name="PatientNumber">照会番号; null: none is registered, or it is not known.</param>
/// <param name="Environment">trial, production, or empty.</param>
internal sealed record ArrivalEvent(
    int Version, string Type, string Id, long Number, DateTimeOffset At, string Kiosk, string Method, string? PatientNumber,
    string Environment)
{
    private static readonly JsonSerializerOptions s_json =
        new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <param name="key">Of this database: without it nobody can tell which arrivals of another day have which id.</param>
    public static ArrivalEvent FromRow(ArrivalRow row, string patientNumber, string environment, byte[] key) => new(
        1, "arrival", Convert.ToHexStringLower(HMACSHA256.HashData(key, BitConverter.GetBytes(row.No)))[..32], row.Number,
        JapanTime.At(row.At), row.Kiosk, row.IsByHand ? row.Hand : row.CheckIn.Method.ToString(),
        patientNumber.Length > 0 ? patientNumber : null, environment);

    /// <summary>UTF-8, one line.</summary>
    public byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, s_json);

    /// <summary>sha256= and the HMAC-SHA-256 of exactly these bytes in hex, with the key that the site shares with its system.</summary>
    public static string Sign(byte[] bytes, byte[] secret) => "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(secret, bytes));
}
