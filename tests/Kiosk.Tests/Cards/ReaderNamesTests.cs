using Kiosk.App.Commands;
using Kiosk.Core.Failures;
using Kiosk.Devices.CardReader.Pcsc;

namespace Kiosk.Tests.Cards;

/// <summary>Names of readers as Windows and pcsc-lite write them.</summary>
public sealed class ReaderNamesTests
{
    [Theory]
    [InlineData("Windows Hello for Business 1")]
    [InlineData("Microsoft UICC ISO Reader 00000000 0")]
    [InlineData("Microsoft UICC ISO Reader 1")]
    [InlineData("Microsoft Virtual Smart Card 0")]
    [InlineData("Microsoft IFD 0")]
    [InlineData("Yubico YubiKey OTP+FIDO+CCID 0")]
    [InlineData("Yubico YubiKey OTP+FIDO+CCID 02 00")]
    [InlineData("Yubico Yubikey NEO OTP+U2F+CCID 00 00")]
    [InlineData("Yubico Yubikey 4 CCID 0")]
    [InlineData("Nitrokey Nitrokey 3 [CCID/ICCD Interface] 00 00")]
    [InlineData("SoloKeys Solo 2 [CCID/ICCD Interface] 00 00")]
    [InlineData("FT Token2 FIDO2 Security Key 0")]
    [InlineData("AKS VR 0")]
    [InlineData("AKS ifdh 0")]
    [InlineData("SafeNet eToken 5100 [eToken 5110 SC] 00 00")]
    public void A_virtual_reader_or_security_key_is_never_taken_by_a_star(string name)
    {
        Assert.Null(new ReaderPattern("*").Choose([name]));
        Assert.Equal("Generic Reader 0", new ReaderPattern("*").Choose([name, "Generic Reader 0"]));
        Assert.Equal("Generic Reader 0", ReaderPattern.ForName("Reader").Choose([name, "Generic Reader 0"]));
        // Whoever writes its name wants it.
        Assert.Equal(name, ReaderPattern.ForName(name).Choose([name, "Generic Reader 0"]));
    }

    [Theory]
    [InlineData("ACS ACR122U PICC Interface 0")]
    [InlineData("ACS ACR1252 Dual Reader PICC 0")]
    [InlineData("ACS ACR1251 1S CL Reader PICC 0")]
    [InlineData("ACS ACR1281 1S Dual Reader [ACR1281 1S Dual Reader PICC] 00 01")]
    [InlineData("SONY FeliCa RC-S300/P 0")]
    [InlineData("SONY FeliCa RC-S300/S [FeliCa Port] (1234567) 00 00")]
    [InlineData("SONY FeliCa Port/PaSoRi 3.0 0")]
    [InlineData("Sony NFC Port/PaSoRi 4.0 0")]
    [InlineData("Identiv uTrust 3700 F CL Reader 0")]
    [InlineData("Identiv uTrust 4701 F CL Reader 1")]
    [InlineData("Identiv CLOUD 3700 F Contactless Reader 0")]
    [InlineData("HID Global OMNIKEY 5022 Smart Card Reader 0")]
    [InlineData("HID Global OMNIKEY 5422CL Smartcard Reader 0")]
    [InlineData("OMNIKEY CardMan 5x21-CL 0")]
    [InlineData("OMNIKEY CardMan (076B:5321) 5321 (CL) 00 01")]
    [InlineData("Gemalto Prox-DU Contactless_11500494 0")]
    [InlineData("SCM Microsystems Inc. SDI011 Contactless Reader 0")]
    [InlineData("SCM Microsystems SCL3711 reader & NFC device 0")]
    [InlineData("Broadcom Corp Contactless SmartCard 0")]
    [InlineData("Circle CIR315 Dual & 1S PICC 0")]
    [InlineData("I-O DATA USB-NFC4 0")]
    public void A_contactless_slot_is_preferred_to_contact_readers_listed_before_it(string name)
    {
        Assert.Equal(0, ReaderNames.Rank(name));
        Assert.Equal(name, new ReaderPattern("*").Choose([
            "Alcor Micro USB Smart Card Reader 0", "SCM Microsystems Inc. SCR3310 USB Smart Card Reader 0", "ACS ACR39U ICC Reader 0",
            "Windows Hello for Business 1", name]));
    }

    [Theory]
    [InlineData("Alcor Micro USB Smart Card Reader 0", 1)]
    [InlineData("Alcor Micro AU9560 00 00", 1)]
    [InlineData("SCM Microsystems Inc. SCR 3310 [CCID Interface] (21120710305256) 00 00", 1)]
    [InlineData("SCM Microsystems Inc. SCR3310 USB Smart Card Reader 0", 1)]
    [InlineData("NTT Communications SCR3310-NTTCom USB SmartCard Reader 0", 1)]
    [InlineData("HID Global OMNIKEY 3x21 Smart Card Reader 0", 1)]
    [InlineData("HID Global OMNIKEY 5422 Smartcard Reader 0", 1)]
    [InlineData("I-O DATA USB-ICCRW 0", 1)]
    [InlineData("Gemalto USB SmartCard Reader 0", 1)]
    [InlineData("ACS ACR1281 1S Dual Reader ICC 0", 2)]
    [InlineData("ACS ACR39U ICC Reader 0", 2)]
    [InlineData("Identiv uTrust 4701 F Contact Reader 0", 2)]
    [InlineData("Gemalto Prox-DU Contact_11500494 0", 2)]
    [InlineData("Broadcom Corp Contacted SmartCard 0", 2)]
    public void A_contact_reader_is_used_where_there_is_no_other(string name, int rank)
    {
        Assert.Equal(rank, ReaderNames.Rank(name));
        Assert.Equal(name, new ReaderPattern("*").Choose(["Windows Hello for Business 1", "Microsoft UICC ISO Reader 1", name]));
    }

    [Theory]
    [InlineData("ACS ACR1252 Dual Reader SAM 0")]
    [InlineData("ACS ACR1252 1S CL Reader [ACR1252 Reader SAM] 00 01")]
    [InlineData("ACS ACR1222 3S PICC Reader SAM1 0")]
    public void A_slot_for_a_security_module_is_never_used(string name) => Assert.Null(new ReaderPattern("*").Choose([name]));

    [Theory]
    [InlineData("ACS ACR1252 Dual Reader PICC 0", "ACS ACR1252 Dual Reader ICC 0")]
    [InlineData("Gemalto Prox-DU Contactless_11500494 0", "Gemalto Prox-DU Contact_11500494 0")]
    [InlineData("HID Global OMNIKEY 5422CL Smartcard Reader 0", "HID Global OMNIKEY 5422 Smartcard Reader 0")]
    [InlineData("Identiv uTrust 4701 F CL Reader 1", "Identiv uTrust 4701 F Contact Reader 0")]
    public void The_two_slots_of_a_hybrid_reader_are_one_device(string contactless, string contact)
    {
        Assert.Equal([contactless, contact], new ReaderPattern("*").Slots([contact, contactless]));
        Assert.Equal([contactless], new ReaderPattern("*").Devices([contact, contactless]));
        Assert.Equal(contactless, TechnicianCommands.ReaderName(new ReaderPattern("*"), [contact, contactless]));
    }

    [Theory]
    [InlineData("SONY FeliCa RC-S300/P 0", "Identiv uTrust 3700 F CL Reader 0")]
    [InlineData("ACS ACR122U PICC Interface 0", "ACS ACR122U PICC Interface 1")]
    [InlineData("SCM Microsystems Inc. SCR 3310 (1) 00 00", "Alcor Micro AU9560 00 00")]
    public void The_self_test_says_when_more_than_one_reader_fits(string used, string other)
    {
        string told = TechnicianCommands.ReaderName(new ReaderPattern("*"), ["Windows Hello for Business 1", used, other]);
        Assert.StartsWith(used, told, StringComparison.Ordinal);
        Assert.Contains(other, told, StringComparison.Ordinal);
        Assert.Contains("card.reader", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_reader_is_told_with_what_is_there()
    {
        FailureException failed = Assert.Throws<FailureException>(
            () => TechnicianCommands.ReaderName(new ReaderPattern("*"), ["Windows Hello for Business 1"]));
        Assert.Equal(Failure.ReaderMissing, failed.Failure);
        Assert.Contains("Windows Hello", failed.Detail, StringComparison.Ordinal);
    }
}
