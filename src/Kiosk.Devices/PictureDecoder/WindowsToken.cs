using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Kiosk.Devices.PictureDecoder;

/// <summary>
/// Windows: this process gives up all privileges and goes down to the untrusted integrity level, for ever. Afterwards it cannot write to
/// a file, a key of the registry, or another process (Microsoft, "Mandatory Integrity Control"). It can still read what its user can
/// read, and open sockets. Never run on Windows.
/// </summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class WindowsToken
{
    private const uint AdjustDefault = 0x80;
    private const uint AdjustPrivileges = 0x20;
    private const uint Query = 0x8;
    private const int PrivilegesOfToken = 3;
    private const int IntegrityOfToken = 25;
    private const uint Removed = 0x4;
    private const uint IsIntegrity = 0x20;

    /// <summary>S-1-16-0, the untrusted level (Microsoft, "Well-known SIDs").</summary>
    private static readonly byte[] _untrusted = [1, 1, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0];

    /// <returns>Null: done, and read back. Else what is missing, for the log, in ASCII.</returns>
    public static string? Close()
    {
        if (!OpenProcessToken(-1, AdjustPrivileges | Query | AdjustDefault, out nint token))
            return $"its own token (error {Marshal.GetLastPInvokeError()})";
        try
        {
            if (!RemovePrivileges(token)) return $"a token without privileges (error {Marshal.GetLastPInvokeError()})";
            return GoDown(token) ? null : $"the untrusted integrity level (error {Marshal.GetLastPInvokeError()})";
        }
        finally
        {
            CloseHandle(token);
        }
    }

    /// <summary>TOKEN_PRIVILEGES: their number, then 8 bytes of name and 4 of attributes each.</summary>
    private static bool RemovePrivileges(nint token)
    {
        Span<byte> privileges = stackalloc byte[4 + (64 * 12)];
        fixed (byte* first = privileges)
        {
            if (!GetTokenInformation(token, PrivilegesOfToken, first, (uint)privileges.Length, out _)) return false;
            int count = BinaryPrimitives.ReadInt32LittleEndian(privileges);
            for (int i = 0; i < count; i++) BinaryPrimitives.WriteUInt32LittleEndian(privileges[(4 + (i * 12) + 8)..], Removed);
            return AdjustTokenPrivileges(token, false, first, 0, 0, 0)
                && GetTokenInformation(token, PrivilegesOfToken, first, (uint)privileges.Length, out _)
                && BinaryPrimitives.ReadInt32LittleEndian(privileges) == 0;
        }
    }

    private static bool GoDown(nint token)
    {
        fixed (byte* sid = _untrusted)
        {
            Label label = new() { Sid = (nint)sid, Attributes = IsIntegrity };
            if (!SetTokenInformation(token, IntegrityOfToken, in label, (uint)sizeof(Label))) return false;
        }

        Span<byte> now = stackalloc byte[64];
        fixed (byte* first = now)
        {
            return GetTokenInformation(token, IntegrityOfToken, first, (uint)now.Length, out _)
                && new ReadOnlySpan<byte>((void*)((Label*)first)->Sid, _untrusted.Length).SequenceEqual(_untrusted);
        }
    }

    [LibraryImport("advapi32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool OpenProcessToken(nint process, uint access, out nint token);

    [LibraryImport("advapi32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetTokenInformation(nint token, int kind, byte* buffer, uint length, out uint needed);

    [LibraryImport("advapi32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetTokenInformation(nint token, int kind, in Label label, uint length);

    [LibraryImport("advapi32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AdjustTokenPrivileges(
        nint token, [MarshalAs(UnmanagedType.Bool)] bool disablesAll, byte* privileges, uint length, nint before, nint needed);

    [LibraryImport("kernel32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseHandle(nint handle);

    /// <summary>TOKEN_MANDATORY_LABEL.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Label
    {
        public nint Sid;
        public uint Attributes;
    }
}
