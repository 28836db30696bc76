using System.Text;
using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Storage.Files;

namespace Lockstep.Objects.Runs;

/// <summary>
/// What a working directory remembers in <c>remote.json</c>: the run that it is a copy of, and by what the bucket knows it.
/// </summary>
/// <param name="Address">The run's address.</param>
/// <param name="Owner">Tells this working directory from those of other machines.</param>
public sealed record RunMark(string Address, string Owner)
{
    private const string FileName = "remote.json";

    /// <summary>Reads it; null in a directory that is no copy of a run in a bucket.</summary>
    public static RunMark? TryRead(string directory)
    {
        string path = Path.Combine(directory, FileName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<RunMark>(InputFile.ReadAllBytes(path)) : null;
        }
        catch (JsonException)
        {
            return null; // it was cut short, and is made anew
        }
    }

    /// <summary>Reads it, or marks the directory now.</summary>
    /// <exception cref="BadInputException">The directory is the copy of another run.</exception>
    public static RunMark Require(string directory, ObjectAddress address)
    {
        if (TryRead(directory) is { } found)
        {
            return found.Address == address.ToString()
                ? found
                : throw new BadInputException(
                    $"working directory '{directory}' belongs to the run '{found.Address}', and not to '{address}'; give each run one "
                        + "of its own (--work-dir)."
                );
        }

        var mark = new RunMark(address.ToString(), Guid.NewGuid().ToString("N"));
        DurableFile.Write(Path.Combine(directory, FileName), file =>
            file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(mark) + "\n"))
        );
        return mark;
    }
}
