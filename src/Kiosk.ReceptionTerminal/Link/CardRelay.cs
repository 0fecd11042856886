using Google.Protobuf;
using Grpc.Core;
using Kiosk.Contract;
using Kiosk.ReceptionTerminal.Institution;

namespace Kiosk.ReceptionTerminal.Link;

/// <summary>One RelayCard exchange between the card in a kiosk and the institution. The blocks are passed on unread.</summary>
/// <param name="institution">Null: this reception has none.</param>
internal sealed class CardRelay(IInstitution? institution, Challenges challenges)
{
    /// <summary>A signature and the status word.</summary>
    private const int MaxAnswer = 258;

    public async Task RunAsync(string kiosk, IAsyncStreamReader<RelayAnswer> answers, IServerStreamWriter<RelayBlock> blocks,
        CancellationToken stop)
    {
        if (institution is null) throw LinkErrors.NotAccepted("this reception has no institution for PIN-less use");
        if (!await answers.MoveNext(stop) || answers.Current.BodyCase is not RelayAnswer.BodyOneofCase.VisitId)
            throw LinkErrors.Invalid("the first message must name the visit");
        Guid visit = CheckInRules.Id(answers.Current.VisitId, "visit_id");
        (byte[] challenge, _) = challenges.Issue(kiosk, visit);
        byte[]? signature = await institution.SignAsync(AskAsync, challenge);
        await blocks.WriteAsync(signature is null
            ? new() { Refused = new() }
            : new() { Signed = new() { Challenge = ByteString.CopyFrom(challenge), Signature = ByteString.CopyFrom(signature) } }, stop);

        async Task<byte[]> AskAsync(byte[] block)
        {
            await blocks.WriteAsync(new() { Block = ByteString.CopyFrom(block) }, stop);
            if (!await answers.MoveNext(stop)) throw LinkErrors.NotAccepted("the kiosk ended the exchange");
            return answers.Current is { BodyCase: RelayAnswer.BodyOneofCase.Answer, Answer.Length: >= 2 and <= MaxAnswer } got
                ? got.Answer.ToByteArray()
                : throw LinkErrors.Invalid("answer must have 2 to 258 bytes");
        }
    }
}
