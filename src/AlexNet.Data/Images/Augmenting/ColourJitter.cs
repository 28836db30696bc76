using AlexNet.Data.Samples;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Randomness;

namespace AlexNet.Data.Images.Augmenting;

/// <summary>
/// Changes brightness, contrast, saturation and hue of a picture, by draws of (seed, epoch, sample) alone (law 1). All four are affine in
/// red, green and blue, so each picture has one matrix and one offset, and each byte is rounded once. Plain IEEE operations, so that the
/// bytes are equal on every machine.
/// </summary>
internal sealed class ColourJitter(ColourJitterRecipe? recipe, long seed)
{
    private const int Colours = ColourNoiseRecipe.Colours;

    private static readonly double[] Grey = [0.299, 0.587, 0.114]; // ITU-R BT.601, as torchvision weighs them

    private readonly RandomStream _random = new(seed, "colour-jitter");

    /// <param name="sample">The image, and its epoch.</param>
    /// <param name="pixels">Channels x height x width, of one or three channels.</param>
    public void Apply(SampleKey sample, Span<byte> pixels)
    {
        if (recipe is null)
            return;
        var draws = _random.At(sample.Epoch, sample.Index);
        double brightness = Factor(recipe.Brightness, draws.Uniform(0)),
            contrast = Factor(recipe.Contrast, draws.Uniform(1)),
            saturation = Factor(recipe.Saturation, draws.Uniform(2)),
            turn = recipe.Hue * (2 * draws.Uniform(3) - 1);
        if (pixels.Length % Colours != 0 || recipe is { Saturation: 0, Hue: 0 })
            Stretch(pixels, brightness * contrast, (1 - contrast) * brightness * MeanGrey(pixels));
        else
            Turn(pixels, brightness * contrast, (1 - contrast) * brightness * MeanGrey(pixels), Matrix(saturation, turn));
    }

    private static double Factor(double most, double draw) => 1 + most * (2 * draw - 1);

    /// <summary>Of a picture of three channels; of any other the mean.</summary>
    private static double MeanGrey(ReadOnlySpan<byte> pixels)
    {
        int plane = pixels.Length % Colours == 0 ? pixels.Length / Colours : pixels.Length;
        double mean = 0;
        for (int channel = 0; channel * plane < pixels.Length; channel++)
        {
            long sum = 0;
            foreach (byte value in pixels.Slice(channel * plane, plane))
                sum += value;
            mean += (plane == pixels.Length ? 1 : Grey[channel]) * sum / plane;
        }
        return mean;
    }

    /// <summary>Row by row: the saturation, and after it a turn around the grey axis (Rodrigues), by its half angle's tangent.</summary>
    /// <param name="saturation">The factor of the distance from grey.</param>
    /// <param name="turn">A share of the circle, -0.25 to 0.25; the tangent is drawn evenly, not the angle.</param>
    private static double[] Matrix(double saturation, double turn)
    {
        double tangent = 4 * turn, // 1 at a quarter of the circle
            cosine = (1 - tangent * tangent) / (1 + tangent * tangent),
            sine = 2 * tangent / (1 + tangent * tangent) / Math.Sqrt(3);
        double even = (1 - cosine) / 3;
        double[] rotation =
        [
            cosine + even,
            even - sine,
            even + sine,
            even + sine,
            cosine + even,
            even - sine,
            even - sine,
            even + sine,
            cosine + even,
        ];
        double[] product = new double[Colours * Colours];
        for (int row = 0; row < Colours; row++)
        {
            for (int column = 0; column < Colours; column++)
            {
                // a turn keeps grey, so the sum of its row times the grey part is the grey part
                product[row * Colours + column] = saturation * rotation[row * Colours + column] + (1 - saturation) * Grey[column];
            }
        }
        return product;
    }

    private static void Stretch(Span<byte> pixels, double factor, double offset)
    {
        Span<byte> table = stackalloc byte[byte.MaxValue + 1];
        for (int value = 0; value < table.Length; value++)
            table[value] = Rounded(factor * value + offset);
        foreach (ref byte pixel in pixels)
            pixel = table[pixel];
    }

    private static void Turn(Span<byte> pixels, double factor, double offset, ReadOnlySpan<double> matrix)
    {
        int plane = pixels.Length / Colours;
        var reds = pixels[..plane];
        var greens = pixels.Slice(plane, plane);
        var blues = pixels[(2 * plane)..];
        for (int i = 0; i < plane; i++)
        {
            double red = factor * reds[i] + offset,
                green = factor * greens[i] + offset,
                blue = factor * blues[i] + offset;
            reds[i] = Rounded(matrix[0] * red + matrix[1] * green + matrix[2] * blue);
            greens[i] = Rounded(matrix[3] * red + matrix[4] * green + matrix[5] * blue);
            blues[i] = Rounded(matrix[6] * red + matrix[7] * green + matrix[8] * blue);
        }
    }

    private static byte Rounded(double value) => (byte)Math.Clamp(value + 0.5, 0, byte.MaxValue);
}
