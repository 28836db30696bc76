using System.Globalization;
using AlexNet.Data.Listing;
using Lockstep.Core.Errors;

namespace AlexNet.Data.Ilsvrc;

/// <summary>The classes of the validation pictures: line i has the number, from 1, of the synset of picture i in the synset list.</summary>
internal static class GroundTruth
{
    private const int MostBytes = 64 << 20;

    /// <summary>The label of each picture, from 0.</summary>
    /// <exception cref="BadInputException">It is missing, or a line is not what it must be.</exception>
    public static int[] Read(string path, int classes)
    {
        var lines = TextLines.Read(path, MostBytes, "it must hold the class of each validation picture, one number a line");
        int[] labels = new int[lines.Count];
        for (int i = 0; i < labels.Length; i++)
        {
            bool isNumber = int.TryParse(lines[i], NumberStyles.None, CultureInfo.InvariantCulture, out int number);
            labels[i] =
                isNumber && number >= 1 && number <= classes
                    ? number - 1
                    : throw new BadInputException(
                        $"'{path}' has '{(lines[i].Length <= 40 ? lines[i] : lines[i][..40])}' in line {i + 1}; a number from 1 to "
                            + $"{classes} is required, as the synset list has {classes} lines; use files that belong together."
                    );
        }
        return labels;
    }
}
