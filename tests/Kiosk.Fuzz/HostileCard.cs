using Kiosk.Core.Cards;
using Kiosk.Core.Failures;
using Kiosk.Core.Values;
using Kiosk.Devices.CardReader;

namespace Kiosk.Fuzz;

/// <summary>
/// A whole visit with a card whose answers come from the fuzzer. The input is a list of answers, each with two bytes of length before it;
/// after the last one the card is gone. In every case no number is sent twice, and only listed applications and files are selected.
/// </summary>
internal sealed class HostileCard : ICardChannel
{
    /// <summary>Accepts the certificate and the card face of the seeds, so that the code after the check is reached.</summary>
    private static readonly CardTrust Trust = CardTrustFolder.Load(Path.Combine(AppContext.BaseDirectory, "Seeds", "trust"));

    private static readonly byte[][] Applications =
        [.. ((CardApp[])[CardApp.Jpki, CardApp.CardFace, CardApp.Common, CardApp.Licence, CardApp.ResidenceCard])
            .Select(a => a.Aid.ToArray())];
    private static readonly byte[] Files = [0x02, 0x04, 0x12, 0x01, 0x06, 0x08, 0x0A, 0x16, 0x17, 0x18];

    private readonly byte[] _answers;
    private int _next;
    private int _verifies;
    private int _app = -1;

    private HostileCard(ReadOnlySpan<byte> answers) => _answers = answers.ToArray();

    public bool MayCarryExtendedLength => true;

    public static void Run(ReadOnlySpan<byte> input)
    {
        HostileCard card = new(input);
        using CardReading reading = new(new CardLink(card, new ReadLength(tryExtended: true)), Trust);
        using Secret number = Digits(14);
        using Secret pin = Digits(4);
        Try(1, () => reading.Identify(new DateOnly(2026, 11, 24)));
        Try(1, () => reading.ReadPhoto(number).Dispose());
        Try(1, () => reading.VerifyPin(pin, new byte[32]));
        Try(0, () => reading.SignUnlocked(new byte[32]));
        Try(0, () => reading.ProvePresence(new byte[32]));

        void Try(int mostVerifies, Action operation)
        {
            card._verifies = 0;
            try
            {
                operation();
            }
            catch (Exception promised) when (promised is InvalidDataException or FailureException)
            {
                // Refused. The next operation uses the same card.
            }

            if (card._verifies > mostVerifies) throw new InvalidOperationException("VERIFY sent twice");
        }
    }

    public int Transmit(ReadOnlySpan<byte> command, Span<byte> response)
    {
        Watch(command);
        if (_next + 2 > _answers.Length) throw new FailureException(Failure.CardMoved);
        int length = Math.Min(((_answers[_next] << 8) | _answers[_next + 1]) & 0x0FFF, _answers.Length - _next - 2);
        length = Math.Min(length, response.Length);
        _answers.AsSpan(_next + 2, length).CopyTo(response);
        _next += 2 + length;
        return length;
    }

    public void Dispose()
    {
    }

    /// <summary>Whether this command may be sent to a card, whatever it answered before.</summary>
    private void Watch(ReadOnlySpan<byte> command)
    {
        switch (command)
        {
            case [0x00, 0x20, 0x00, 0x80]:
            case [0x00, 0xA4, 0x00, 0x00]:
            case [0x00, 0xB2, 0x01, 0x04, 0x00]:
            case [0x00, 0xC0, 0x00, 0x00, _]:
            case [0x80, 0x2A, 0x00, 0x80 or 0x00, CardCommands.DigestInfoLength or CardPublicKey.MaxDigestLength, ..]:
            case [0x00, 0xB0, < 0x80, ..]:
                return;
            case [0x00, 0x20, 0x00, 0x80, 4 or 14, ..]:
                _verifies++;
                return;
            case [0x00, 0xA4, 0x04, 0x0C, _, .. var aid]:
                _app = -1;
                for (int i = 0; i < Applications.Length; i++)
                    if (aid.SequenceEqual(Applications[i])) _app = i;
                if (_app < 0) throw new InvalidOperationException("an application that is not listed");
                return;
            case [0x00, 0xA4, 0x02, 0x0C, 2, 0x00, var file] when _app >= 0 && Files.Contains(file):
                return;
            default:
                throw new InvalidOperationException($"command not listed: {Convert.ToHexString(command[..Math.Min(7, command.Length)])}");
        }
    }

    private static Secret Digits(int count)
    {
        Secret digits = new(count);
        digits.Fill(count).Fill((byte)'1');
        return digits;
    }
}
