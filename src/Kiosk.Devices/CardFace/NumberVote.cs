using System.Security.Cryptography;
using Kiosk.Core.Cards;

namespace Kiosk.Devices.CardFace;

/// <summary>Sure or not at all: the same fourteen digits in several frames, and no frame that says otherwise.</summary>
public sealed class NumberVote : IDisposable
{
    /// <summary>Frames that must agree.</summary>
    public const int Needed = 3;

    /// <summary>Frames looked at before staff are asked to type.</summary>
    public const int MostFrames = 8;

    private readonly byte[] _number = GC.AllocateArray<byte>(PrintedFields.Digits, pinned: true);
    private int _agreed;

    /// <summary>14 ASCII digits, once agreed; a view.</summary>
    public ReadOnlySpan<byte> Number => _number;

    /// <summary>True once two frames read different numbers: nothing of this card is believed any more.</summary>
    public bool IsContradicted { get; private set; }

    /// <param name="number">Looked at only when the view is Read.</param>
    /// <returns>True: agreed.</returns>
    public bool Add(TrayContent view, ReadOnlySpan<byte> number)
    {
        if (view != TrayContent.Read || IsContradicted) return false;
        number = number[.._number.Length];
        if (_agreed == 0) number.CopyTo(_number);
        else if (!number.SequenceEqual(_number)) IsContradicted = true;
        _agreed++;
        return !IsContradicted && _agreed >= Needed;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_number);
}
