using System.Text.RegularExpressions;

namespace Kiosk.Devices.CardReader.Pcsc;

/// <summary>
/// What the name of a reader says. Linux writes "model [interface] (serial) 00 01", Windows "model interface 0". The only place with lists
/// of names; <c>ReaderNamesTests</c> holds the names they were made for.
/// </summary>
public static partial class ReaderNames
{
    /// <summary>Not a reader on which a patient can lay a card: a part of the operating system, or a security key.</summary>
    public static bool IsVirtual(string reader) => Virtual().IsMatch(reader);

    /// <summary>A slot for a security module inside the device.</summary>
    public static bool IsSecurityModule(string reader) => SecurityModule().IsMatch(reader);

    /// <summary>The order in which slots are preferred: 0 contactless, 1 the name does not say, 2 contact.</summary>
    public static int Rank(string reader) => ContactSlot().IsMatch(reader) ? 2 : Contactless().IsMatch(reader) ? 0 : 1;

    /// <summary>The part that all slots of one device have in common.</summary>
    public static string Device(string reader)
    {
        int bracket = reader.IndexOf('[', StringComparison.Ordinal);
        return SlotWords().Replace(bracket > 0 ? reader[..bracket] : reader, "").Trim();
    }

    /// <summary>Whether a setting such as <c>*YubiKey*</c> asks for such a reader by name.</summary>
    public static bool NamesVirtual(string pattern) => IsVirtual(pattern.Replace('*', ' ').Replace('?', ' '));

    [GeneratedRegex(@"Windows Hello|\bUICC\b|Microsoft Virtual|Microsoft IFD|TPM Virtual|YubiKey|Yubico|Nitrokey|SoloKeys?\b|\bSolo 2\b"
        + @"|OnlyKey|CanoKeys?\b|Gnuk|Token2|Feitian ePass|FIDO|\bU2F\b|Titan Security|iShield|TrustKey|Crescendo Key"
        + @"|SafeNet (eToken|Token)|\beToken\b|Aladdin|AKS (VR|ifdh)|\bRainbow Technologies\b|iKeyVirtual|Virtual Smart ?Card",
        RegexOptions.IgnoreCase)]
    private static partial Regex Virtual();

    /// <summary>The names of contactless readers. Some do not say it: OMNIKEY 50xx, SONY RC-S, ACR122, ACR1251.</summary>
    [GeneratedRegex(@"contactless|PICC|NFC|FeliCa|PaSoRi|RC-S\d|RFID|\bRF\b|(\b|\d)CL\b|OMNIKEY (50\d\d|5127)|ACR122|ACR125[15]|\bSCL\d"
        + @"|Prox'?N|Pegoda", RegexOptions.IgnoreCase)]
    private static partial Regex Contactless();

    /// <summary>One device often has a contact and a contactless slot (pcsc-sharp issue 100).</summary>
    [GeneratedRegex(@"contact(?!less)|(?<!P)ICC(\b|_)", RegexOptions.IgnoreCase)]
    private static partial Regex ContactSlot();

    [GeneratedRegex(@"(\b|_)SAM(\b|_|\d)", RegexOptions.IgnoreCase)]
    private static partial Regex SecurityModule();

    /// <summary>Words of the slot, the serial number that Gemalto writes after an underscore, and the numbers at the end.</summary>
    [GeneratedRegex(@"\b(contactless|contact|PICC|ICC|NFC|slot)(_\w+|\b)|(\b|(?<=\d))CL\b|\s\d+(\s\d+)?$", RegexOptions.IgnoreCase)]
    private static partial Regex SlotWords();
}
