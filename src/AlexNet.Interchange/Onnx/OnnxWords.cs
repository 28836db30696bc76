using System.Globalization;
using AlexNet.Recipes.Pictures;

namespace AlexNet.Interchange.Onnx;

/// <summary>What the file says of its input, for people.</summary>
internal static class OnnxWords
{
    public static string Of(OnnxInput input, DataRecipe data)
    {
        string order = data.Channels == 3 ? "red, green, blue" : "grey",
            normalisation = data.MeanImage is null
                ? $"(pixel / 255 - mean) / std with mean {List(data.Mean)} and std {List(data.Std)}"
                : $"(pixel / 255 - mean image) / std with std {List(data.Std)}";
        return input == OnnxInput.Pixels
            ? $"Pixels from 0 to 255 as fp32, samples x channels ({order}) x height x width. The graph begins with {normalisation}."
            : $"Pixels normalised as {normalisation}, samples x channels ({order}) x height x width.";
    }

    private static string List(IReadOnlyList<double> values) =>
        string.Join(", ", values.Select(v => v.ToString(CultureInfo.InvariantCulture)));
}
