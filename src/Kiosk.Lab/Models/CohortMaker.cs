using System.Runtime.InteropServices;
using System.Text.Json;
using Kiosk.Core.Faces;
using Kiosk.Devices.FaceEngine.Models;
using Kiosk.Devices.FaceEngine.Recognition;
using Kiosk.Lab.Faces;

namespace Kiosk.Lab.Models;

/// <summary>Makes the file that <see cref="Cohort"/> reads.</summary>
internal static class CohortMaker
{
    /// <summary>Writes one template of each person in a folder of pictures; writes nothing else.</summary>
    /// <returns>Templates written.</returns>
    /// <exception cref="InvalidDataException">The folder is not as expected, or has too few faces.</exception>
    public static int Make(ModelStore store, string? engine, string folder, string path, IProgress<string> progress, CancellationToken stop)
    {
        BenchTemplate[] all = [.. new BenchPictures(folder).Templates(store, engine, null, progress, stop).DistinctBy(t => t.Person)];
        if (all.Length < Cohort.Least)
            throw new InvalidDataException($"{folder}: faces of {all.Length} people; {Cohort.Least} or more are needed");
        using IFaceMatcher matcher = Matchers.Open(store, engine, "dev");
        using FileStream file = File.Create(path);
        JsonSerializer.Serialize(file, new CohortFacts(matcher.Facts.Id, matcher.TemplateLength, all.Length), JsonSerializerOptions.Web);
        file.WriteByte((byte)'\n');
        foreach (BenchTemplate one in all) file.Write(MemoryMarshal.AsBytes(one.Values.AsSpan()));
        return all.Length;
    }
}
