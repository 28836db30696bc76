using System.Globalization;
using System.Text;
using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Storage.Files;

namespace AlexNet.Cli.Predicting;

/// <summary>Predictions as a file, by the extension of its name: a table (CSV, RFC 4180), or an array (JSON).</summary>
internal static class PredictionFile
{
    /// <exception cref="BadInputException">The extension is another, or no file can be there.</exception>
    public static void RefuseOther(string path)
    {
        if (!IsCsv(path) && !HasExtension(path, ".json"))
            throw new BadInputException($"--out '{path}' ends in '{Path.GetExtension(path)}'; predictions are written as .csv or .json.");
        OutputFile.Check(path);
    }

    /// <param name="path">The file; replaced if it is there, and its directory made if it is not.</param>
    /// <param name="predictions">One for each picture.</param>
    /// <param name="classes">The classes of each prediction.</param>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<Prediction> predictions, int classes) => OutputFile.Write(path, file =>
        {
            if (IsCsv(path))
                WriteTable(file, predictions, classes);
            else
                JsonSerializer.Serialize(file, predictions.Select(PredictionLines.Event));
        });

    private static void WriteTable(Stream file, IReadOnlyList<Prediction> predictions, int classes)
    {
        using var text = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        text.Write(
            CsvRow.Of([
                "picture",
                .. Enumerable.Range(1, classes).SelectMany(place => new[] { $"class_{place}", $"probability_{place}" }),
                "problem",
            ])
        );
        foreach (var prediction in predictions)
        {
            var told = prediction.Best.SelectMany(b => new[] { b.Name, b.Probability.ToString("R", CultureInfo.InvariantCulture) });
            var missing = Enumerable.Repeat("", 2 * (classes - prediction.Best.Count));
            text.Write(CsvRow.Of([prediction.File, .. told, .. missing, prediction.Problem ?? ""]));
        }
    }

    private static bool IsCsv(string path) => HasExtension(path, ".csv");

    private static bool HasExtension(string path, string extension) =>
        Path.GetExtension(path).Equals(extension, StringComparison.OrdinalIgnoreCase);
}
