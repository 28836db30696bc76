using Lockstep.Core.Errors;
using Lockstep.Storage.Runs;

namespace Lockstep.Pictures;

/// <summary>A run in a picture.</summary>
/// <param name="Name">What tells it from the others.</param>
/// <param name="History">What it has recorded.</param>
/// <param name="Classes">The number of its classes; null where it has none, or they are not known.</param>
internal sealed record PlottedRun(string Name, RunHistory History, int? Classes = null)
{
    /// <summary>Reads runs; each is called by its directory, with as much of the path as tells them apart.</summary>
    /// <exception cref="BadInputException">One has nothing to show; all of them are named.</exception>
    public static IReadOnlyList<PlottedRun> Read(IReadOnlyList<string> directories)
    {
        var (runs, errors) = (new List<PlottedRun>(), new List<string>());
        string[][] parts =
        [
            .. directories.Select(d => Path.TrimEndingDirectorySeparator(Path.GetFullPath(d)).Split(Path.DirectorySeparatorChar)),
        ];
        for (int i = 0; i < directories.Count; i++)
        {
            try
            {
                runs.Add(new(NameOf(i, parts), RunHistory.Read(directories[i]), ClassNames.CountOf(directories[i])));
            }
            catch (BadInputException e)
            {
                errors.AddRange(e.Errors);
            }
        }

        return errors.Count == 0 ? runs : throw new BadInputException(errors);
    }

    private static string NameOf(int run, string[][] parts)
    {
        int length = 1;
        while (
            length < parts[run].Length
            && parts
                .Where((other, i) => i != run && !other.SequenceEqual(parts[run]))
                .Any(other => Tail(other, length) == Tail(parts[run], length))
        )
        {
            length++;
        }

        return Tail(parts[run], length);
    }

    private static string Tail(string[] parts, int length) => string.Join(Path.DirectorySeparatorChar, parts.TakeLast(length));
}
