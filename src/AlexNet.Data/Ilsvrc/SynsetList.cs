using AlexNet.Data.Listing;
using Lockstep.Core.Errors;

namespace AlexNet.Data.Ilsvrc;

/// <summary>
/// The classes of a set in ILSVRC form: one synset a line, and after it, for people, any words. A class's label is its line, from 0.
/// </summary>
/// <param name="Synsets">Such as n01440764.</param>
/// <param name="Names">The words, or the synset where a line has none.</param>
internal sealed record SynsetList(string[] Synsets, string[] Names)
{
    /// <summary>Far more than a thousand lines have.</summary>
    private const int MostBytes = 16 << 20;

    /// <exception cref="BadInputException">It is missing, or a line is not what it must be.</exception>
    public static SynsetList Read(string path)
    {
        var (synsets, names, seen) = (new List<string>(), new List<string>(), new Dictionary<string, int>());
        foreach (
            string line in TextLines.Read(
                path,
                MostBytes,
                "it must list the synsets, one a line, in the order in which the ground truth counts them"
            )
        )
        {
            string synset = line.Split(' ', '\t')[0];
            if (!IlsvrcNames.Synset.IsMatch(synset))
            {
                throw new BadInputException(
                    $"'{path}' has '{Shortened(line)}' in line {synsets.Count + 1}; each line must begin with a synset such as n01440764; "
                        + "correct it."
                );
            }

            if (!seen.TryAdd(synset, synsets.Count + 1))
            {
                throw new BadInputException(
                    $"'{path}' has synset '{synset}' in lines {seen[synset]} and {synsets.Count + 1}; each is required once; correct it."
                );
            }

            synsets.Add(synset);
            names.Add(line[synset.Length..].Trim() is { Length: > 0 } words ? words : synset);
        }
        return synsets.Count > 0
            ? new([.. synsets], [.. names])
            : throw new BadInputException($"'{path}' has 0 synsets; one a line is required.");
    }

    private static string Shortened(string line) => line.Length <= 40 ? line : line[..40] + "...";
}
