using System.Security.Cryptography;
using Kiosk.Core.Failures;

namespace Kiosk.Core.Cards;

/// <summary>
/// Sends commands over a channel, one after the other, from one pinned command buffer and one pinned response buffer; both are
/// zeroed after use. Repeats only READ BINARY, where the card asks for another Le: a VERIFY is sent once or not at all.
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

    /// <summary>Checked before every command, so an operation ends between two APDUs and never within one.</summary>
    public CancellationToken Stop { get; set; }

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

    /// <summary>Reads from the selected file with one READ BINARY.</summary>
    /// <returns>Bytes read; 0: the card gave no data.</returns>
    public int ReadAt(int offset, Span<byte> destination, out StatusWord status)
    {
        int le = Math.Min(destination.Length, readLength.For(channel));
        ResponseApdu response = SendRead(offset, le);
        if (le > CommandApdu.LargestShortLe && !response.Status.IsOk)
        {
            readLength.Failed(le);
            le = CommandApdu.LargestShortLe;
            response = SendRead(offset, le);
        }

        if (response.Status.RightLe is { } right && right <= destination.Length) response = SendRead(offset, le = right);
        status = response.Status;
        if (!status.IsOk && status != StatusWord.EndOfFile) return 0;
        if (response.Data.Length > le) throw new InvalidDataException("more bytes than Le");
        readLength.Worked(le);
        response.Data.CopyTo(destination);
        return response.Data.Length;
    }

    /// <summary>The failure for a status word that is not expected.</summary>
    public static FailureException Unexpected(string command, StatusWord status) =>
        new(Failure.CardUnreadable, $"{command}: {status}");

    public void Dispose()
    {
        channel.Dispose();
        CryptographicOperations.ZeroMemory(_response);
    }

    private ResponseApdu SendRead(int offset, int le)
    {
        try
        {
            return Send(CardCommands.Read(offset, le));
        }
        catch (FailureException)
        {
            readLength.Failed(le);
            throw;
        }
    }

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
        finally
        {
            CryptographicOperations.ZeroMemory(_command);
        }
    }
}
