using System.Security.Cryptography;
using Kiosk.Core.Failures;

namespace Kiosk.Core.Cards;

/// <summary>
/// Sends commands over a channel, one after the other, from one pinned command buffer and one pinned response buffer; both are
/// zeroed after use. Repeats only READ BINARY, with another Le: a VERIFY is sent once or not at all.
/// Not thread-safe.
/// </summary>
internal sealed class CardLink(ICardChannel channel, ReadLength readLength) : IDisposable
{
    private const int LongestStatusChain = 8;

    private readonly byte[] _command = GC.AllocateArray<byte>(320, pinned: true);
    private readonly byte[] _response = GC.AllocateArray<byte>(ReadLength.Extended + CommandApdu.LargestShortLe + 2, pinned: true);
    private FailureException? _dead;
    private CardApp? _app;
    private ElementaryFile? _file;
    private bool _isAwake;

    /// <summary>Largest Le that has not failed in this session.</summary>
    private int _mostRead = int.MaxValue;

    /// <summary>Checked before every command, so an operation ends between two APDUs and never within one.</summary>
    public CancellationToken Stop { get; set; }

    /// <summary>Begins a group of commands: <see cref="ICardChannel.BeginGroup"/>.</summary>
    public void BeginGroup()
    {
        if (_dead is { } earlier) throw new FailureException(earlier.Failure, earlier.Detail, earlier);
        try
        {
            channel.BeginGroup();
        }
        catch (FailureException failed)
        {
            _dead = failed;
            throw;
        }
        catch (CardInterruptedException)
        {
            ForgetSelection();
            throw;
        }
    }

    public void EndGroup() => channel.EndGroup();

    /// <summary>Ends the session: no further command is sent to the card, and every later call gives this failure.</summary>
    public FailureException Over(Failure why, string detail) => _dead = new(why, detail);

    /// <summary>The file selected last; null: an application was selected after it.</summary>
    public ElementaryFile? Selected => _file;

    /// <summary>Sends a command that was made outside the kiosk and that <see cref="RelayedCommand"/> allows.</summary>
    /// <returns>The whole answer, with its status word.</returns>
    public byte[] SendRaw(scoped ReadOnlySpan<byte> command)
    {
        int length = Exchange(command, 0);
        return _response.AsSpan(0, length).ToArray();
    }

    /// <returns>A view of the response buffer, valid until the next call.</returns>
    public ResponseApdu Send(scoped in CommandApdu command)
    {
        if (!_isAwake) Exchange(CardCommands.WakeUp, 0);
        _isAwake = true;
        int length = Exchange(command, 0);
        for (int i = 0; new ResponseApdu(_response.AsSpan(0, length)).Status.BytesWaiting is { } waiting; i++)
        {
            // T=0: the data come with GET RESPONSE and replace the 61xx.
            if (i == LongestStatusChain) throw new InvalidDataException("too many 61xx in a row");
            length = length - 2 + Exchange(CardCommands.GetResponse(waiting), length - 2);
        }

        return new(_response.AsSpan(0, length));
    }

    public StatusWord Select(CardApp app)
    {
        StatusWord status = Send(CardCommands.SelectApplication(app)).Status;
        if (status.IsOk) (_app, _file) = (app, null);
        return status;
    }

    /// <exception cref="FailureException">CardUnreadable.</exception>
    public void MustSelect(CardApp app)
    {
        StatusWord status = Select(app);
        if (!status.IsOk) throw Unexpected($"SELECT {app.Name}", status);
    }

    public StatusWord Select(ElementaryFile file)
    {
        // In another application the same id is another file, which may hold 個人番号.
        if (file.App != _app) throw new System.Diagnostics.UnreachableException($"{file.Name} with {_app?.Name} selected");
        StatusWord status = Send(CardCommands.SelectFile(file)).Status;
        _file = status.IsOk ? file : null;
        return status;
    }

    /// <exception cref="FailureException">CardUnreadable.</exception>
    public void MustSelect(ElementaryFile file)
    {
        StatusWord status = Select(file);
        if (!status.IsOk) throw Unexpected($"SELECT {file.Name}", status);
    }

    /// <summary>Tries left of the selected PIN or number.</summary>
    /// <exception cref="FailureException">CardUnreadable.</exception>
    public int TriesLeft()
    {
        StatusWord status = Send(CardCommands.TriesLeft).Status;
        return status.TriesLeft ?? throw Unexpected("VERIFY (counter)", status);
    }

    /// <summary>Reads the one TLV object in the selected file: first 256 bytes, which contain the length, then the rest.</summary>
    /// <param name="refused">Status word, where the card gave no data.</param>
    /// <returns>Bytes of the object; 0: the card gave no data.</returns>
    /// <exception cref="InvalidDataException">No TLV object, or it is longer than the destination.</exception>
    /// <exception cref="FailureException">CardUnreadable: the file ends before the object.</exception>
    public int ReadObject(Span<byte> destination, out StatusWord refused)
    {
        int have = ReadAt(0, destination[..Math.Min(destination.Length, CommandApdu.LargestShortLe)], out refused);
        if (have == 0) return 0;
        int total = TlvReader.TotalLength(destination[..have]);
        if (total > destination.Length) throw new InvalidDataException("file longer than expected");
        while (have < total)
        {
            int more = ReadAt(have, destination[have..total], out StatusWord status);
            if (more == 0) throw Unexpected("READ BINARY", status);
            have += more;
        }

        return total;
    }

    /// <summary>
    /// Reads from the selected file. A reader that cannot carry the answer (6700, no bytes, not transacted) is asked again for fewer bytes;
    /// the length that works is kept for the session, and for the reader.
    /// </summary>
    /// <returns>Bytes read, fewer than the destination's where the card sends fewer; 0: the card gave no data.</returns>
    public int ReadAt(int offset, Span<byte> destination, out StatusWord status)
    {
        int asked = Math.Min(destination.Length, Math.Min(_mostRead, readLength.For(channel)));
        for (int? le = asked; ; le = ReadLength.Below(le.Value))
        {
            bool isLast = ReadLength.Below(le!.Value) is null;
            if (!TryRead(offset, le.Value, isLast, out ResponseApdu response)) continue;
            status = response.Status;
            if (!status.IsOk && status != StatusWord.EndOfFile) return 0;
            if (response.Data.IsEmpty) return 0;
            if (le < asked)
            {
                _mostRead = le.Value;
                readLength.Failed(asked, le.Value);
            }

            readLength.Worked(response.Data.Length);
            int length = Math.Min(response.Data.Length, destination.Length);
            response.Data[..length].CopyTo(destination);
            return length;
        }
    }

    /// <summary>The failure for a status word that is not expected.</summary>
    public static FailureException Unexpected(string command, StatusWord status) =>
        new(Failure.CardUnreadable, $"{command}: {status}");

    public void Dispose()
    {
        channel.Dispose();
        CryptographicOperations.ZeroMemory(_response);
    }

    /// <summary>One READ BINARY, and once more where the card names the right Le (6Cxx).</summary>
    /// <param name="isLast">No smaller length is left: whatever comes is the answer.</param>
    /// <returns>False: a smaller Le may work.</returns>
    private bool TryRead(int offset, int le, bool isLast, out ResponseApdu response)
    {
        int sent = le;
        try
        {
            response = Send(CardCommands.Read(offset, le));
            if (response.Status.RightLe is { } right && right != le)
            {
                // After the first bytes the length of the file is known, so this is not its end: the next reads ask for as many.
                if (offset > 0 && right < le) _mostRead = right;
                response = Send(CardCommands.Read(offset, sent = right));
            }
        }
        catch (CardInterruptedException interrupted) when (interrupted.What is CardInterruption.NotCarried && !isLast)
        {
            response = default;
            return false;
        }
        catch (FailureException) when (le > CommandApdu.LargestShortLe)
        {
            // An extended Le can cost the card (README.md section 3): never again with this reader.
            readLength.Failed(le, CommandApdu.LargestShortLe);
            throw;
        }

        if (response.Data.Length > sent) throw new InvalidDataException("more bytes than Le");
        return isLast || !IsTooMuch(response, le);
    }

    /// <summary>The answers of readers that cannot carry so many bytes. Extended: any refusal.</summary>
    private static bool IsTooMuch(in ResponseApdu response, int le) =>
        response.Status == StatusWord.WrongLength
        || response.Status.RightLe is not null
        || (response.Status.IsOk && response.Data.IsEmpty)
        || (le > CommandApdu.LargestShortLe && !response.Status.IsOk && response.Status != StatusWord.EndOfFile);

    private int Exchange(scoped in CommandApdu command, int at) => Exchange(_command.AsSpan(0, command.WriteTo(_command)), at);

    /// <param name="command">In the command buffer, which is zeroed; or without a secret in it.</param>
    private int Exchange(scoped ReadOnlySpan<byte> command, int at)
    {
        Stop.ThrowIfCancellationRequested();
        if (_dead is { } earlier) throw new FailureException(earlier.Failure, earlier.Detail, earlier);
        try
        {
            int length = channel.Transmit(command, _response.AsSpan(at));
            return length >= 2 ? length : throw new InvalidDataException("no status word");
        }
        catch (FailureException failed)
        {
            // The card may have lost its state, so no further command may be sent.
            _dead = failed;
            throw;
        }
        catch (CardInterruptedException interrupted)
        {
            if (interrupted.What is CardInterruption.Reset) ForgetSelection();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(_command);
        }
    }

    /// <summary>The state of a card that has just got its power.</summary>
    private void ForgetSelection() => (_app, _file, _isAwake) = (null, null, false);
}
