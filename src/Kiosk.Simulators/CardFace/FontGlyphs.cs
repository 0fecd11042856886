using System.Runtime.InteropServices;
using OpenCvSharp;

namespace Kiosk.Simulators.CardFace;

/// <summary>
/// Draws letters with an installed font by FreeType 2, which is installed with GTK. Struct offsets are those of
/// freetype.h and ftimage.h on 64-bit Linux, stable since FreeType 2.0.
/// </summary>
public sealed unsafe partial class FontGlyphs : IDisposable
{
    private const string Library = "libfreetype.so.6";
    private const int LoadRender = 4; // FT_LOAD_RENDER
    private const int SlotInFace = 152, AdvanceInSlot = 128, BitmapInSlot = 152, LeftInSlot = 192;

    private static readonly string[] Places =
    [
        "/usr/share/fonts/truetype/bizud-gothic/BIZUDGothic-Regular.ttf",
        "/usr/share/fonts/truetype/morisawa-bizud-gothic/BIZUDGothic-Regular.ttf",
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    ];

    private nint _library;
    private nint _face;

    /// <param name="file">TrueType or OpenType. From a collection the first face is used (Japanese in Noto's collections).</param>
    /// <exception cref="InvalidDataException">Not a font.</exception>
    public FontGlyphs(string file)
    {
        if (FT_Init_FreeType(out _library) != 0 || FT_New_Face(_library, file, new CLong(0), out _face) != 0)
        {
            Dispose();
            throw new InvalidDataException($"{file}: not a font");
        }
    }

    /// <summary>Installed fonts with kanji, the card's own font first. Empty: there are none, or FreeType is missing.</summary>
    public static IReadOnlyList<string> Installed { get; } = NativeLibrary.TryLoad(Library, out _) ? [.. Places.Where(File.Exists)] : [];

    /// <summary>Draws one line of dark text onto the picture.</summary>
    /// <param name="picture">8-bit BGR.</param>
    /// <param name="x">Left end of the text, pixels.</param>
    /// <param name="baseline">Pixels from the top.</param>
    /// <param name="size">Height of the em, pixels.</param>
    /// <returns>Right end of the text, pixels.</returns>
    public double Draw(Mat picture, string text, double x, double baseline, int size, Scalar ink)
    {
        _ = FT_Set_Pixel_Sizes(_face, 0, (uint)size);
        foreach (char letter in text)
        {
            if (FT_Load_Char(_face, new CULong(letter), LoadRender) != 0) throw new InvalidDataException($"no glyph for {letter}");
            byte* slot = *(byte**)(_face + SlotInFace);
            int rows = *(int*)(slot + BitmapInSlot), width = *(int*)(slot + BitmapInSlot + 4), pitch = *(int*)(slot + BitmapInSlot + 8);
            byte* pixels = *(byte**)(slot + BitmapInSlot + 16);
            int left = *(int*)(slot + LeftInSlot), top = *(int*)(slot + LeftInSlot + 4);
            if (rows > 0 && width > 0)
                Stamp(picture, pixels, rows, width, pitch, (int)Math.Round(x) + left, (int)Math.Round(baseline) - top, ink);
            x += *(long*)(slot + AdvanceInSlot) / 64.0;
        }

        return x;
    }

    public void Dispose()
    {
        if (_face != 0) _ = FT_Done_Face(_face);
        if (_library != 0) _ = FT_Done_FreeType(_library);
        (_face, _library) = (0, 0);
        GC.SuppressFinalize(this);
    }

    private static void Stamp(Mat picture, byte* pixels, int rows, int width, int pitch, int x, int y, Scalar ink)
    {
        (int right, int bottom) = (picture.Width, picture.Height);
        for (int r = Math.Max(0, -y); r < rows && y + r < bottom; r++)
        {
            byte* line = (byte*)picture.Ptr(y + r);
            for (int c = Math.Max(0, -x); c < width && x + c < right; c++)
            {
                int cover = pixels[(r * pitch) + c];
                byte* at = line + (3 * (x + c));
                at[0] = (byte)(at[0] + ((ink.Val0 - at[0]) * cover / 255));
                at[1] = (byte)(at[1] + ((ink.Val1 - at[1]) * cover / 255));
                at[2] = (byte)(at[2] + ((ink.Val2 - at[2]) * cover / 255));
            }
        }
    }

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FT_Init_FreeType(out nint library);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FT_New_Face(nint library, string path, CLong index, out nint face);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FT_Set_Pixel_Sizes(nint face, uint width, uint height);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FT_Load_Char(nint face, CULong letter, int flags);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FT_Done_Face(nint face);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FT_Done_FreeType(nint library);
}
