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
/// The result file as レセコン read it: CRLF, every tag by its official name, also the misspelt StatusOfInfecton. A value that is not there
/// has no element: public readers refuse an empty one. README.md in this folder lists the tags and where each was seen.
/// </summary>
/// <param name="institution">保険医療機関コード, 10 digits.</param>
/// <param name="text">Of this file only; it counts the characters that become ●.</param>
internal sealed class ResultXml(string institution, FileText text)
{
    private const string LimitFlag = "LimitApplicationCertificateRelatedConsFlg";

    /// <summary>Fields with characters that became ●.</summary>
    public IReadOnlyDictionary<string, int> Missing => text.Missing;

    /// <summary>The answer to a request for medical records.</summary>
    public byte[] Records(string kind, MedicalRecords records, RecordsPeriod period, DateTimeOffset at, string fileId) =>
        Bytes(kind == "TKK" ? RecordsXml.Checkups(records, RecordsHeader(at, fileId, "", []), Tag)
            : RecordsXml.Drugs(records, period, RecordsHeader(at, fileId, "", []), Tag));

    /// <summary>A request for medical records that was refused; readers look for MessageContents.</summary>
    public byte[] RecordsRefused(DateTimeOffset at, string fileId, string code, string words) => Bytes(new XElement("XmlMsg",
        new XElement("MessageHeader", RecordsHeader(at, fileId, code, [Tag("MessageContents", words)]))));

    private XElement?[] RecordsHeader(DateTimeOffset at, string fileId, string error, XElement?[] more) =>
    [
        Tag("ProcessExecutionTime", Stamp(at)), Tag("MedicalInstitutionCode", institution), Tag("ArbitraryFileIdentifier", fileId),
        // Readers take 1 as good and everything else as a refusal.
        Tag("ResultCode", error.Length == 0 ? "1" : "2"), Tag("MessageId", error), .. more, Tag("CharacterCodeIdentifier", text.Code),
    ];

    /// <summary>The face result of one arrival.</summary>
    /// <param name="at">When the arrival was stored.</param>
    /// <param name="fileId">16 characters, unique for each file.</param>
    /// <param name="message">The check-in; its consents and prescription form go in.</param>
    public byte[] FaceResult(Eligibility e, DateTimeOffset at, string fileId, CheckInRequest message) => Bytes(Root(
        Header(at, JapanTime.DateOf(at), fileId, OqsCodes.ByCard, OqsCodes.Normal),
        e, Tag("PrescriptionIssueSelect", OqsCodes.Prescription(message.PrescriptionForm)),
        // Patients are no longer asked since 2024-10-07: the information is given by law.
        i => InsuranceElement(i, message, limit: true, Given(message))));

    /// <summary>The answer to a request by insurance number. It carries no consent but that to 限度額, which the request states.</summary>
    /// <param name="asked">Tags and texts of the request's search information, given back as they came.</param>
    public byte[] RequestResult(Eligibility e, DateTimeOffset at, DateOnly day, string fileId,
        IEnumerable<(string Tag, string Text)> asked, bool withLimit) => Bytes(Root(
        Header(at, day, fileId, OqsCodes.ByInsurance, OqsCodes.Normal),
        e, new XElement("QualificationConfirmSearchInfo", asked.Select(a => Tag(a.Tag, a.Text))),
        i => InsuranceElement(i, null, withLimit, "")));

    /// <summary>An arrival that staff entered by hand: like a face result, but nobody was asked for consent at a kiosk.</summary>
    public byte[] HandResult(Eligibility e, DateTimeOffset at, string fileId) => Bytes(Root(
        Header(at, JapanTime.DateOf(at), fileId, OqsCodes.ByInsurance, OqsCodes.Normal),
        e, null, i => InsuranceElement(i, null, true, "")));

    /// <summary>The answer to a registration of a 照会番号.</summary>
    /// <param name="asked">Tags and texts of the request's registration, given back as they came.</param>
    public byte[] RegistrationResult(Registered answer, DateTimeOffset at, string fileId, IEnumerable<(string Tag, string Text)> asked) =>
        Bytes(new XElement("XmlMsg", Header(at, null, fileId, "", OqsCodes.Normal), new XElement("MessageBody",
            new XElement("ReferenceNumberRegistrationInfo", asked.Select(a => Tag(a.Tag, a.Text))),
            Tag("ProcessingResultStatus", answer.IsGood ? OqsCodes.Processed : OqsCodes.Refused), Tag("ProcessingResultCode", answer.Code),
            Tag("ProcessingResultMessage", answer.Words))));

    /// <summary>A bulk inquiry is accepted, or still being worked on: its result is asked for by this number.</summary>
    public byte[] BulkAccepted(string reception, bool isResult, DateTimeOffset at, string fileId) => Bytes(new XElement("XmlMsg",
        Header(at, JapanTime.DateOf(at), fileId, "", isResult ? OqsCodes.Working : OqsCodes.Normal, Tag("ReceptionNumber", reception)),
        new XElement("MessageBody", Tag("ProcessingResultStatus", OqsCodes.Processed))));

    /// <summary>The result of a bulk inquiry. Without 限度額, 特定疾病 and tickets: no public reader here takes them from it.</summary>
    public byte[] BulkResult(string reception, IReadOnlyList<BulkUnit> units, DateTimeOffset at, DateOnly day, string fileId)
    {
        int good = units.Count(u => u.Answer is { IsRefused: false });
        return Bytes(new XElement("XmlMsg",
            Header(at, day, fileId, "", OqsCodes.Normal, Tag("ReceptionNumber", reception),
                Tag("NumberOfProcessingResult", Number(units.Count)),
                Tag("NumberOfNormalProcessing", Number(good)), Tag("NumberOfError", Number(units.Count - good))),
            new XElement("MessageBody", units.Select(BulkUnitElement))));
    }

    private XElement BulkUnitElement(BulkUnit unit)
    {
        bool isGood = unit.Answer is { IsRefused: false };
        return new("BulkConfirmUnit",
            new XElement("QualificationConfirmSearchInfo", unit.Asked.Select(a => Tag(a.Tag, a.Text))),
            Tag("ProcessingResultStatus", isGood ? OqsCodes.Processed : OqsCodes.Refused),
            Tag("ProcessingResultCode", unit.Answer?.NoticeCode ?? unit.ErrorCode),
            Tag("ProcessingResultMessage", unit.Answer?.Notice ?? unit.ErrorWords),
            isGood ? Tag("QualificationValidity", unit.Answer!.Validity) : null,
            isGood ? unit.Answer!.Insurances.Select(i =>
                InsuranceElement(i with { Tickets = null, ReferenceNumber = "" }, null, null, "")) : null,
            isGood ? Tag("ReferenceNumber", unit.Answer!.ReferenceNumber) : null);
    }

    /// <summary>A request that could not be answered.</summary>
    public byte[] Error(DateTimeOffset at, string fileId, string code, string words) => Bytes(new XElement("XmlMsg", Header(
        at, JapanTime.DateOf(at), fileId, OqsCodes.ByInsurance, OqsCodes.Abnormal, Tag("ErrorCode", code), Tag("ErrorMessage", words))));

    private XElement Root(XElement header, Eligibility e, XElement? first, Func<Insurance, XElement> element) => new(
        "XmlMsg",
        header,
        new XElement(
            "MessageBody",
            first,
            Tag("ProcessingResultStatus", e.IsRefused ? OqsCodes.Refused : OqsCodes.Processed),
            Tag("ProcessingResultCode", e.NoticeCode),
            Tag("ProcessingResultMessage", e.Notice),
            e.IsRefused ? null : Tag("QualificationValidity", e.Validity),
            e.IsRefused ? null : List("ResultList", e.Insurances.Select(element))));

    private XElement Header(DateTimeOffset at, DateOnly? day, string fileId, string by, string segment, params XElement?[] error) => new(
        "MessageHeader",
        Tag("ProcessExecutionTime", Stamp(at)),
        Tag("QualificationConfirmationDate", Date(day)),
        Tag("MedicalInstitutionCode", institution),
        Tag("ArbitraryFileIdentifier", fileId),
        Tag("ReferenceClassification", by),
        Tag("SegmentOfResult", segment),
        error,
        Tag("CharacterCodeIdentifier", text.Code));

    private XElement InsuranceElement(Insurance i, CheckInRequest? m, bool? limit, string limitTime)
    {
        Person p = i.Person;
        bool withLimit = limit == true;
        bool withDiseases = m is not null && Answered(m, OqsCodes.SpecificDiseases);
        return new(
            "ResultOfQualificationConfirmation",
            Tag("InsuredCardClassification", i.Card),
            // Padded on the left to eight, as in the samples.
            Tag("InsurerNumber", i.Insurer.PadLeft(8)),
            Tag("InsuredCardSymbol", i.Symbol), Tag("InsuredIdentificationNumber", i.Number), Tag("InsuredBranchNumber", i.Branch),
            Tag("PersonalFamilyClassification", i.PersonOrFamily), Tag("InsuredName", i.InsuredName),
            Tag("Name", p.Name), Tag("NameOfOther", p.NameOfOther), Tag("NameKana", p.NameKana), Tag("NameOfOtherKana", p.NameOfOtherKana),
            Tag("Sex1", p.Sex), Tag("Birthdate", Date(p.Birthdate)),
            // Who reads a file is not known, so nobody could be logged.
            p.IsAddressWithheld ? null : Tag("Address", p.Address), p.IsAddressWithheld ? null : Tag("PostNumber", p.PostNumber),
            Tag("QualificationDate", Date(i.From)), Tag("DisqualificationDate", Date(i.Until)),
            Tag("InsuredCertificateIssuanceDate", Date(i.Issued)), Tag("InsuredCardValidDate", Date(i.CardFrom)),
            Tag("InsuredCardExpirationDate", Date(i.CardUntil)),
            Tag("InsuredPartialContributionRatio", i.PartialContribution), Tag("PreschoolClassification", i.Preschool),
            Tag("ReasonOfLoss", i.LossReason),
            Tag("InsurerName", i.InsurerName),
            Group("ElderlyRecipientCertificateInfo", "ElderlyRecipient", i.Elderly, e =>
                [("CertificateDate", Date(e.Issued)), ("ValidStartDate", Date(e.From)), ("ValidEndDate", Date(e.Until)),
                    ("ContributionRatio", e.Ratio)]),
            limit is null ? null : Tag(LimitFlag, OqsCodes.Consent(withLimit)),
            Tag("LimitApplicationCertificateRelatedConsTime", withLimit ? limitTime : ""),
            Group("LimitApplicationCertificateRelatedInfo", "LimitApplicationCertificate", withLimit ? i.Limit : null, l =>
                [("Classification", l.Classification), ("ClassificationFlag", l.Flag), ("Date", Date(l.Issued)),
                    ("ValidStartDate", Date(l.From)), ("ValidEndDate", Date(l.Until)), ("LongTermDate", Date(l.LongTerm))]),
            m is null ? null : Tag("SpecificDiseasesCertificateRelatedConsFlg", OqsCodes.Consent(withDiseases)),
            withDiseases ? Tag("SpecificDiseasesCertificateRelatedConsTime", Given(m!)) : null,
            List("SpecificDiseasesCertificateList", (withDiseases ? i.Diseases ?? [] : [])
                .Select(d => Group("SpecificDiseasesCertificateInfo", "SpecificDiseases", d, x =>
                    [("DiseaseCategory", x.Category), ("CertificateDate", Date(x.Issued)), ("ValidStartDate", Date(x.From)),
                        ("ValidEndDate", Date(x.Until)), ("SelfPay", Number(x.SelfPay))]))),
            List("PublicExpenseResultList", (i.Tickets ?? []).Select(TicketElement)),
            m is null ? null : OqsCodes.ReleasedParts.SelectMany(o => o.Value.SelectMany(part => Consented(part, Answered(m, o.Key), m))),
            Tag("ReferenceNumber", i.ReferenceNumber));
    }

    private XElement TicketElement(MedicalTicket t) => new(
        "MedicalTicketInfo",
        Tag("TicketType", t.Type), Tag("MedicalTicketValidDate", Date(t.From)), Tag("MedicalTicketExpirationDate", Date(t.Until)),
        Tag("IssueNumber", t.IssueNumber), Tag("MedicalTreatmentMonth", t.Month),
        Tag("DesignatedMedicalInstitutionCode", t.Institution), Tag("DesignatedMedicalInstitutionFlag", t.InstitutionFlag),
        Tag("DesignatedMedicalInstitutionName", t.InstitutionName),
        Tag("PrescriptionIssuerMedicalInstitutionCode", t.Prescriber),
        Tag("PrescriptionIssuerMedicalInstitutionName", t.PrescriberName),
        Numbered("InjuryName", t.Injuries),
        Tag("MedicalTreatmentType", t.Treatment), Tag("SelfPayAmount", Number(t.SelfPay)), Tag("DistrictContactName", t.Office),
        Tag("HandlingContactName", t.Office),
        Tag("SingleOrCombinedUse", t.Combined), Tag("StatusOfSocialInsurance", t.SocialInsurance), Tag("ConsistencyFlag", t.Inconsistent),
        Tag("StatusOfInfecton", t.Infection), Tag("StatusOfElderlyMedicalCare", t.Elderly),
        Tag("StatusOfPrefecturalExpenses", t.Prefectural), Numbered("Remarks", t.Remarks));

    /// <summary>The interface has three places for such texts.</summary>
    private IEnumerable<XElement?> Numbered(string name, IReadOnlyList<string> texts) =>
        texts.Take(3).Select((one, n) => Tag(string.Create(CultureInfo.InvariantCulture, $"{name}{n + 1}"), one));

    private XElement?[] Consented(string part, bool given, CheckInRequest m) =>
    [
        Tag(part + "ConsFlg", OqsCodes.Consent(given)), Tag(part + "ConsTime", given ? Given(m) : ""),
        Tag(part + "AvailableTime", given ? Stamp(DateTimeOffset.FromUnixTimeMilliseconds(m.Consents.ValidUntilUnixMs)) : ""),
    ];

    private XElement? Group<T>(string name, string prefix, T? value, Func<T, (string Name, string Value)[]> tags)
        where T : class => value is null ? null : List(name, tags(value).Select(t => Tag(prefix + t.Name, t.Value)));

    /// <returns>Null where nothing would stand in it.</returns>
    private static XElement? List(string name, IEnumerable<XElement?> elements) =>
        elements.Where(e => e is not null).ToList() is { Count: > 0 } all ? new(name, all) : null;

    /// <returns>Null for an absent value.</returns>
    private XElement? Tag(string name, string value) =>
        string.IsNullOrWhiteSpace(value) ? null : new(name, text.Replace(name, value));

    private static bool Answered(CheckInRequest m, string code) => m.Consents.Items.Any(i => i.Code == code && i.Given);

    private static string Given(CheckInRequest m) => Stamp(DateTimeOffset.FromUnixTimeMilliseconds(m.Consents.GivenAtUnixMs));

    internal static string Stamp(DateTimeOffset at) => JapanTime.At(at).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    private static string Date(DateOnly? day) => day?.ToString("yyyyMMdd", CultureInfo.InvariantCulture) ?? "";

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);

    private byte[] Bytes(XElement root)
    {
        StringBuilder file = new($"<?xml version=\"1.0\" encoding=\"{text.Declared}\" standalone=\"no\"?>\r\n");
        XmlWriterSettings settings =
            new() { OmitXmlDeclaration = true, Indent = true, IndentChars = "  ", NewLineChars = "\r\n", CheckCharacters = true };
        using (XmlWriter writer = XmlWriter.Create(file, settings)) root.Save(writer);
        return text.Bytes(file.Append("\r\n").ToString());
    }
}
