using System.ComponentModel;
using System.Data.Common;
using System.Net.Sockets;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Kiosk.Contract;

/// <summary>
/// What a program prints when a command ends with something that no part of it expected: one line on standard error. Types and stack,
/// without messages, go into a file in the temporary folder: a technician can send it, and nothing of a patient is in it.
/// </summary>
public static class CommandFault
{
    /// <summary>Exit code for what the caller can mend: arguments, files, ports.</summary>
    public const int Usage = 2;

    /// <summary>Exit code for a fault of the program (EX_SOFTWARE of sysexits.h).</summary>
    public const int Software = 70;

    /// <param name="program">Name of the program, as the caller types it.</param>
    /// <param name="showsMessage">Show the message of any exception. False in what ships, where a message may repeat what a patient
    /// typed: then only messages about files, sockets, formats and missing libraries are shown.</param>
    /// <returns>The exit code.</returns>
    public static int Print(string program, Exception fault, bool showsMessage = false)
    {
        bool outside = fault is IOException or UnauthorizedAccessException or SocketException or HttpRequestException or TimeoutException
            or InvalidDataException or FormatException or JsonException or CryptographicException or SecurityException or ArgumentException
            or NotSupportedException or DllNotFoundException or Win32Exception or DbException;
        string what = outside || showsMessage ? OneLine(fault.Message) : "the program has a fault";
        string file = Save(program, fault) is string path ? $"; details: {path}" : "";
        Console.Error.WriteLine($"{program}: {what} ({fault.GetType().Name}){file}");
        return outside ? Usage : Software;
    }

    /// <summary>Prints mistakes of the command line.</summary>
    /// <returns>The exit code.</returns>
    public static int PrintUsage(string command, IEnumerable<string> mistakes)
    {
        Console.Error.WriteLine($"{command}: {OneLine(string.Join(' ', mistakes))} Help: {command} --help");
        return Usage;
    }

    public static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)).Trim();

    private static string? Save(string program, Exception fault)
    {
        try
        {
            StringBuilder text = new();
            for (Exception? one = fault; one is not null; one = one.InnerException)
                text.Append(one.GetType().FullName).Append('\n').Append(one.StackTrace).Append('\n');
            string file = Path.Combine(Path.GetTempPath(), $"{program}-fault.log");
            // Removed first and then made: a link that somebody put there is never followed.
            File.Delete(file);
            SecretFile.WriteNew(file, Encoding.UTF8.GetBytes(text.ToString()));
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
