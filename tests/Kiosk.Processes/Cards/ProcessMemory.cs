using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kiosk.Processes.Cards;

/// <summary>Searches all writable memory of this process: heaps, stacks, native buffers, freed memory.</summary>
internal sealed class ProcessMemory
{
    private const int Chunk = 1 << 20;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(Chunk, pinned: true);

    /// <param name="wanted">Pinned, at most 64 bytes. This place is not counted.</param>
    /// <returns>How often the bytes are in other places.</returns>
    public int Count(byte[] wanted)
    {
        int found = 0;
        using SafeFileHandle memory = File.OpenHandle("/proc/self/mem");
        (long own, long mine) = (Address(wanted), Address(_buffer));
        foreach ((long start, long end) in Writable())
        {
            for (long at = start; at < end; at += Chunk - wanted.Length)
            {
                int length = Read(memory, at, (int)Math.Min(Chunk, end - at));
                for (int from = 0; _buffer.AsSpan(from, length - from).IndexOf(wanted) is >= 0 and int hit; from += hit + 1)
                {
                    long address = at + from + hit;
                    if (address != own && (address < mine || address >= mine + Chunk)) found++;
                }
            }
        }

        Array.Clear(_buffer);
        return found;

        static long Address(byte[] pinned) => Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);
    }

    private int Read(SafeFileHandle memory, long at, int length)
    {
        try
        {
            return RandomAccess.Read(memory, _buffer.AsSpan(0, length), at);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // The page was unmapped in the meantime, or belongs to a device.
            return 0;
        }
    }

    private static List<(long Start, long End)> Writable()
    {
        List<(long, long)> regions = [];
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            string[] parts = line.Split(' ', 3);
            if (!parts[1].StartsWith("rw", StringComparison.Ordinal)) continue;
            string[] bounds = parts[0].Split('-');
            regions.Add((Hex(bounds[0]), Hex(bounds[1])));
        }

        return regions;

        static long Hex(string digits) => long.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
