using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Kiosk.Contract;
using Kiosk.Core.Values;
using Kiosk.ReceptionTerminal.Centre;
using Person = Kiosk.ReceptionTerminal.Centre.Person;

namespace Kiosk.ReceptionTerminal.Oqs;

/// <summary>
/// The result file as レセコン read it: Shift_JIS, CRLF, every tag by its official name, also the misspelt StatusOfInfecton.
/// Characters that Shift_JIS does not have become ●. The tags are those that public OQS clients read and write (README.md).
/// </summary>
/// <param name="institution">保険医療機関コード, 10 digits.</param>
internal sealed class ResultXml(string institution)
{
    private readonly ShiftJisText _text = new();

    /// <summary>Fields with characters that became ●.</summary>
    public IReadOnlyDictionary<string, int> Missing => _text.Missing;

    /// <summary>The face result of one arrival.</summary>
    /// <param name="at">When the arrival was stored.</param>
    /// <param name="fileId">16 characters, unique for each file.</param>
    /// <param name="message">The check-in; its consents and prescription form go in.</param>
    public byte[] FaceResult(Eligibility e, DateTimeOffset at, string fileId, CheckInRequest message) =>
        Bytes(Root(Header(at, JapanTime.DateOf(at), fileId, OqsCodes.ByCard, OqsCodes.Normal, "", ""), e, message));

    /// <summary>The answer to a request by insurance number; carries no consents.</summary>
    public byte[] RequestResult(Eligibility e, DateTimeOffset at, DateOnly day, string fileId) =>
        Bytes(Root(Header(at, day, fileId, OqsCodes.ByInsurance, OqsCodes.Normal, "", ""), e, null));

    /// <summary>A request that could not be answered.</summary>
    public byte[] Error(DateTimeOffset at, string fileId, string code, string text) =>
        Bytes(new XElement("XmlMsg", Header(at, JapanTime.DateOf(at), fileId, OqsCodes.ByInsurance, OqsCodes.Abnormal, code, text)));

    private XElement Root(XElement header, Eligibility e, CheckInRequest? m) => new(
        "XmlMsg",
        header,
        new XElement(
            "MessageBody",
            Tag("PrescriptionIssueSelect", m is null ? "" : OqsCodes.Prescription(m.PrescriptionForm)),
            Tag("ProcessingResultStatus", "1"),
            Tag("ProcessingResultCode", e.NoticeCode),
            Tag("ProcessingResultMessage", e.Notice),
            Tag("QualificationValidity", e.Validity),
            new XElement("ResultList", e.Insurances.Select(i => InsuranceElement(i, m)))));

    private XElement Header(DateTimeOffset at, DateOnly day, string fileId, string by, string segment, string errorCode,
        string error) => new(
        "MessageHeader",
        Tag("ProcessExecutionTime", Stamp(at)),
        Tag("QualificationConfirmationDate", Date(day)),
        Tag("MedicalInstitutionCode", institution),
        Tag("ArbitraryFileIdentifier", fileId),
        Tag("ReferenceClassification", by),
        Tag("SegmentOfResult", segment),
        segment == OqsCodes.Normal ? null : Tag("ErrorCode", errorCode),
        segment == OqsCodes.Normal ? null : Tag("ErrorMessage", error),
        Tag("CharacterCodeIdentifier", OqsCodes.ShiftJis));

    private XElement InsuranceElement(Insurance i, CheckInRequest? m)
    {
        Person p = i.Person;
        return new(
            "ResultOfQualificationConfirmation",
            Tag("InsuredCardClassification", i.Card),
            // Padded on the left to eight, as in the samples.
            Tag("InsurerNumber", i.Insurer.PadLeft(8)),
            Tag("InsuredCardSymbol", i.Symbol), Tag("InsuredIdentificationNumber", i.Number), Tag("InsuredBranchNumber", i.Branch),
            Tag("PersonalFamilyClassification", i.PersonOrFamily), Tag("InsuredName", i.InsuredName),
            Tag("Name", p.Name), Tag("NameOfOther", p.NameOfOther), Tag("NameKana", p.NameKana), Tag("NameOfOtherKana", p.NameOfOtherKana),
            Tag("Sex1", p.Sex), Tag("Sex2", ""), Tag("Birthdate", Date(p.Birthdate)), Tag("Address", p.Address),
            Tag("PostNumber", p.PostNumber),
            Tag("QualificationDate", Date(i.From)), Tag("DisqualificationDate", Date(i.Until)),
            Tag("InsuredCertificateIssuanceDate", Date(i.From)), Tag("InsuredCardValidDate", Date(i.From)),
            Tag("InsuredCardExpirationDate", Date(i.Until)),
            Tag("InsuredPartialContributionRatio", i.PartialContribution), Tag("PreschoolClassification", i.Preschool),
            Tag("ReasonOfLoss", i.LossReason),
            Tag("InsurerName", i.InsurerName),
            Group("ElderlyRecipientCertificateInfo", "ElderlyRecipient", i.Elderly, e =>
                [("CertificateDate", Date(e.Issued)), ("ValidStartDate", Date(e.From)), ("ValidEndDate", Date(e.Until)),
                    ("ContributionRatio", e.Ratio)]),
            // Patients are no longer asked since 2024-10-07: the information is given by law.
            Tag("LimitApplicationCertificateRelatedConsFlg", m is null ? "" : "1"),
            Tag("LimitApplicationCertificateRelatedConsTime", m is null ? "" : Given(m)),
            Group("LimitApplicationCertificateRelatedInfo", "LimitApplicationCertificate", i.Limit, l =>
                [("Classification", l.Classification), ("ClassificationFlag", l.Flag), ("Date", Date(l.Issued)),
                    ("ValidStartDate", Date(l.From)), ("ValidEndDate", Date(l.Until)), ("LongTermDate", Date(l.LongTerm))]),
            Tag("SpecificDiseasesCertificateRelatedConsFlg", m is null ? "" : OqsCodes.Consent(Answered(m, OqsCodes.SpecificDiseases))),
            Tag("SpecificDiseasesCertificateRelatedConsTime", m is null ? "" : Given(m)),
            new XElement("SpecificDiseasesCertificateList", (i.Diseases ?? [])
            .Select(d => Group("SpecificDiseasesCertificateInfo", "SpecificDiseases", d, x =>
                [("DiseaseCategory", x.Category), ("CertificateDate", Date(x.Issued)), ("ValidStartDate", Date(x.From)),
                    ("ValidEndDate", Date(x.Until)), ("SelfPay", Number(x.SelfPay))]))),
            new XElement("PublicExpenseResultList", (i.Tickets ?? []).Select(TicketElement)),
            m is null ? null : OqsCodes.ReleasedParts.SelectMany(o => o.Value.SelectMany(part => Consented(part, Answered(m, o.Key), m))),
            Tag("ReferenceNumber", ""));
    }

    private XElement TicketElement(MedicalTicket t) => new(
        "MedicalTicketInfo",
        Tag("TicketType", t.Type), Tag("MedicalTicketValidDate", Date(t.From)), Tag("MedicalTicketExpirationDate", Date(t.Until)),
        Tag("IssueNumber", t.IssueNumber), Tag("MedicalTreatmentMonth", t.Month),
        Tag("DesignatedMedicalInstitutionCode", institution), Tag("DesignatedMedicalInstitutionFlag", "0"),
        Tag("DesignatedMedicalInstitutionName", ""),
        Tag("PrescriptionIssuerMedicalInstitutionCode", ""), Tag("PrescriptionIssuerMedicalInstitutionName", ""),
        Enumerable.Range(0, 3)
            .Select(n => Tag(string.Create(CultureInfo.InvariantCulture, $"InjuryName{n + 1}"), n < t.Injuries.Count ? t.Injuries[n] : "")),
        Tag("MedicalTreatmentType", t.Treatment), Tag("SelfPayAmount", Number(t.SelfPay)), Tag("DistrictContactName", t.Office),
        Tag("HandlingContactName", t.Office),
        Tag("SingleOrCombinedUse", "01"), Tag("StatusOfSocialInsurance", "02"), Tag("ConsistencyFlag", ""), Tag("StatusOfInfecton", "02"),
        Tag("StatusOfElderlyMedicalCare", "02"), Tag("StatusOfPrefecturalExpenses", "02"), Tag("Remarks1", ""), Tag("Remarks2", ""),
        Tag("Remarks3", ""));

    private XElement[] Consented(string part, bool given, CheckInRequest m) =>
    [
        Tag(part + "ConsFlg", OqsCodes.Consent(given)), Tag(part + "ConsTime", Given(m)),
        Tag(part + "AvailableTime", given ? Stamp(DateTimeOffset.FromUnixTimeMilliseconds(m.Consents.ValidUntilUnixMs)) : ""),
    ];

    private XElement? Group<T>(string name, string prefix, T? value, Func<T, (string Name, string Value)[]> tags)
        where T : class => value is null ? null : new(name, tags(value).Select(t => Tag(prefix + t.Name, t.Value)));

    private XElement Tag(string name, string text) => new(name, _text.Replace(name, text));

    private static bool Answered(CheckInRequest m, string code) => m.Consents.Items.Any(i => i.Code == code && i.Given);

    private static string Given(CheckInRequest m) => Stamp(DateTimeOffset.FromUnixTimeMilliseconds(m.Consents.GivenAtUnixMs));

    internal static string Stamp(DateTimeOffset at) => JapanTime.At(at).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    private static string Date(DateOnly? day) => day?.ToString("yyyyMMdd", CultureInfo.InvariantCulture) ?? "";

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);

    private static byte[] Bytes(XElement root)
    {
        StringBuilder text = new("<?xml version=\"1.0\" encoding=\"Shift_JIS\" standalone=\"no\"?>\r\n");
        XmlWriterSettings settings =
            new() { OmitXmlDeclaration = true, Indent = true, IndentChars = "  ", NewLineChars = "\r\n", CheckCharacters = true };
        using (XmlWriter writer = XmlWriter.Create(text, settings)) root.Save(writer);
        return ShiftJisText.Encoding.GetBytes(text.Append("\r\n").ToString());
    }
}
