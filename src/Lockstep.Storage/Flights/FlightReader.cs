using Lockstep.Core.Errors;
using Lockstep.Core.Flights;
using Lockstep.Core.Texts;

namespace Lockstep.Storage.Flights;

/// <summary>Reads what the workers of a run have left; a worker may still be writing.</summary>
public static class FlightReader
{
    /// <summary>Every recorder in a run directory, in the order in which they were begun.</summary>
    /// <exception cref="BadInputException">There is none.</exception>
    public static IReadOnlyList<Flight> ReadAll(string runDirectory)
    {
        string directory = Path.Combine(runDirectory, FlightWriter.Folder);
        string[] files = Directory.Exists(directory) ? Directory.GetFiles(directory, $"*{FlightWriter.Extension}") : [];
        List<Flight> flights = [.. files.Select(TryRead).OfType<Flight>().OrderBy(f => f.Identity.Started)];
        return flights.Count > 0
            ? flights
            : throw new BadInputException(
                $"'{VisibleText.Line(directory)}' holds no flight recorder; workers leave theirs there when they begin to train with a run "
                    + "directory that they share (--run-dir). Give the directory of such a run."
            );
    }

    private static Flight? TryRead(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // it was removed meanwhile
        }
        if (bytes.Length < FlightFormat.HeadBytes || FlightFormat.ReadHead(bytes.AsSpan(0, FlightFormat.HeadBytes)) is not { } identity)
            return null;
        var entries = new List<FlightEntry>();
        for (int place = FlightFormat.HeadBytes; place + FlightFormat.EntryBytes <= bytes.Length; place += FlightFormat.EntryBytes)
        {
            if (FlightFormat.Read(bytes.AsSpan(place, FlightFormat.EntryBytes)) is { } entry)
                entries.Add(entry);
        }
        return new(
            identity with
            {
                WorkerId = VisibleText.Line(identity.WorkerId),
                Host = VisibleText.Line(identity.Host),
            },
            [.. entries.OrderBy(e => e.Number)]
        );
    }
}
