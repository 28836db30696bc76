using System.Security.Cryptography;
using AlexNet.Data.Images;
using AlexNet.Data.Samples;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Errors;

namespace AlexNet.Data.Cifar;

/// <summary>
/// CIFAR-10 in its binary form: five files of training pictures and one of test pictures, each a row of records of a label and 32x32
/// pixels, plane by plane. Source: "The CIFAR-10 dataset", Krizhevsky, Nair, Hinton, section "Binary version".
/// </summary>
internal static class CifarDataSet
{
    public const int Classes = 10;

    private static readonly MapShape Shape = new(Channels: 3, Height: 32, Width: 32);

    /// <exception cref="BadInputException">A file is missing, damaged, or not what it must be.</exception>
    public static DataSet Open(DataRecipe recipe, long seed, string directory)
    {
        if (recipe.Classes != Classes)
            throw new BadInputException($"'data.classes' is {recipe.Classes}; CIFAR-10 has {Classes}; use --set data.classes={Classes}.");
        var files = CifarFiles.Find(directory);
        var reader = new ImageReader(recipe, seed);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var train = Read([.. CifarFiles.Train.Select(name => files[name])], recipe, reader, hash);
        var test = Read([files[CifarFiles.Test]], recipe, reader, hash);
        return new(train, test, CifarNames.Of(files), Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static PixelImages Read(CifarFile[] files, DataRecipe recipe, ImageReader reader, IncrementalHash hash)
    {
        int recordBytes = 1 + Shape.Elements,
            count = files.Sum(f => Records(f, recordBytes));
        var (pixels, labels) = (GC.AllocateUninitializedArray<byte>(checked(count * Shape.Elements)), new int[count]);
        int record = 0;
        foreach (var file in files)
        {
            hash.AppendData(file.Content);
            for (int at = 0; at < file.Content.Length; at += recordBytes, record++)
            {
                labels[record] = LabelOf(file, at, recordBytes);
                file.Content.AsSpan(at + 1, Shape.Elements).CopyTo(pixels.AsSpan(record * Shape.Elements));
            }
        }
        return new(Shape, recipe, reader, pixels, labels);
    }

    private static int Records(CifarFile file, int recordBytes)
    {
        if (file.Content.Length == 0 || file.Content.Length % recordBytes != 0)
            throw file.Bad($"has {file.Content.Length} bytes", $"a whole number of records of {recordBytes} bytes is required, 1 or more");
        return file.Content.Length / recordBytes;
    }

    private static int LabelOf(CifarFile file, int at, int recordBytes) =>
        file.Content[at] < Classes
            ? file.Content[at]
            : throw file.Bad($"has label {file.Content[at]} in record {at / recordBytes}", $"0 to {Classes - 1} are allowed");
}
