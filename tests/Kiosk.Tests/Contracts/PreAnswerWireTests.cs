using Kiosk.Contract;
using Kiosk.Core.Reception;
using Kiosk.Devices.Reception;

namespace Kiosk.Tests.Contracts;

/// <summary>What a reception says before the check-in, and what of it can be asked about.</summary>
public sealed class PreAnswerWireTests
{
    [Theory]
    [InlineData("", "模擬総合病院", 20261123, 20261126)]
    [InlineData("prescription-1", "", 20261123, 20261126)]
    [InlineData("prescription-1", "模擬総合病院", 0, 20261126)]
    [InlineData("prescription-1", "模擬総合病院", 20261131, 20261126)]
    [InlineData("prescription-1", "模擬総合病院", 20261123, 0)]
    [InlineData("prescription-1", "模擬総合病院", -20261123, int.MaxValue)]
    public void A_document_that_a_patient_could_not_recognise_is_not_asked_about(string id, string issuer, int issued, int last)
    {
        InsuranceReply reply = new()
        {
            State = Contract.InsuranceState.Valid,
            Prescriptions = { new PendingDocument { Id = id, Issuer = issuer, Issued = issued, LastDay = last } },
        };
        Assert.Empty(PreAnswerWire.ToCore(reply).Documents);
    }

    [Fact]
    public void No_more_than_three_of_a_kind_are_taken_and_none_twice()
    {
        InsuranceReply reply = new();
        for (int i = 0; i < 5; i++)
            reply.Letters.Add(new PendingDocument { Id = $"letter-{i}", Issuer = "模擬総合病院", Issued = 20261123 });
        reply.Prescriptions.Add(new PendingDocument { Id = "letter-0", Issuer = "例示内科", Issued = 20261123, LastDay = 20261126 });
        PreAnswer told = PreAnswerWire.ToCore(reply);
        Assert.Equal(["letter-0", "letter-1", "letter-2"], told.Documents.Select(d => d.Id));
        Assert.Null(told.Documents[0].LastDay);
    }

    [Fact]
    public void A_lapsed_registration_is_known_and_a_newer_word_is_no_answer()
    {
        Assert.Equal(Core.Reception.InsuranceState.Lapsed, PreAnswerWire.ToCore(new() { State = Contract.InsuranceState.Lapsed }).State);
        Assert.Equal(Core.Reception.InsuranceState.NoAnswer, PreAnswerWire.ToCore(new() { State = (Contract.InsuranceState)99 }).State);
    }
}
