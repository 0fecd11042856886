using System.Security.Cryptography;
using Kiosk.Core.Cards;

namespace Kiosk.Devices.CardFace;

/// <summary>Accepts a number only if several frames give the same fourteen digits and no frame gives others.</summary>
public sealed class NumberVote : IDisposable
{
    /// <summary>Number of frames that must agree.</summary>
    public const int Needed = 3;

    /// <summary>Number of frames that are examined before staff are asked to type.</summary>
    public const int MostFrames = 8;

    private readonly byte[] _number = GC.AllocateArray<byte>(PrintedFields.Digits, pinned: true);
    private int _agreed;

    /// <summary>14 ASCII digits, valid once agreed. A view into the buffer.</summary>
    public ReadOnlySpan<byte> Number => _number;

    /// <summary>True after two frames gave different numbers: no number of this card is accepted any more.</summary>
    public bool IsContradicted { get; private set; }

    /// <param name="number">Used only if the view is Read.</param>
    /// <returns>True: enough frames agree.</returns>
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
