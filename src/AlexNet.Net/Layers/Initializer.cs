using System.Runtime.InteropServices;
using AlexNet.Recipes;
using Lockstep.Core.Randomness;
using Lockstep.Torch.Parameters;

namespace AlexNet.Net.Layers;

/// <summary>
/// First values of parameters. Each element is a function of (seed, parameter name, element of the whole tensor), so every layout starts
/// from the same bits (law 1).
/// </summary>
public static class Initializer
{
    private const int Chunk = 1 << 16;

    /// <summary>The first values of a whole layer.</summary>
    /// <param name="recipe">Describes the net; its seed draws them.</param>
    /// <param name="layer">One of its layers.</param>
    /// <returns>Row-major, of the layer's weight shape, and one for each output.</returns>
    public static (float[] Weight, float[] Bias) ValuesOf(Recipe recipe, LayerShape layer)
    {
        var init = layer.Recipe.Init ?? recipe.Net.Init;
        return (
            Draw(NameOf(layer, isBias: false), 0, layer.Parameters - layer.Output.Channels, false, layer, init, recipe.Seed),
            Draw(NameOf(layer, isBias: true), 0, layer.Output.Channels, true, layer, init, recipe.Seed)
        );
    }

    internal static string NameOf(LayerShape layer, bool isBias) => $"{layer.Name}.{(isBias ? "bias" : "weight")}";

    internal static void Fill(Parameter parameter, LayerShape layer, InitRecipe init, long seed)
    {
        long first = parameter.Rows.Start * parameter.RowLength;
        float[] values = Draw(parameter.Name, first, parameter.Count, parameter.IsBias, layer, init, seed);
        parameter.Load(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private static float[] Draw(string name, long first, long count, bool isBias, LayerShape layer, InitRecipe init, long seed)
    {
        var random = new RandomStream(seed, $"weights/{name}");
        float[] values = new float[count];
        Parallel.For(0, (count + Chunk - 1) / Chunk, part =>
        {
            long start = part * Chunk;
            FillChunk(values.AsSpan((int)start, (int)Math.Min(Chunk, count - start)), random, first + start, isBias, layer, init);
        });
        return values;
    }

    private static void FillChunk(Span<float> values, RandomStream random, long first, bool isBias, LayerShape layer, InitRecipe init)
    {
        switch (init)
        {
            case NormalInit or XavierInit or HeInit when isBias:
                values.Fill((float)BiasOf(init));
                break;
            case NormalInit normal:
                Normal(values, random, first, normal.Std);
                break;
            case HeInit:
                Normal(values, random, first, Math.Sqrt(2.0 / layer.FanIn));
                break;
            case XavierInit:
                Uniform(values, random, first, Math.Sqrt(6.0 / ((double)layer.FanIn + layer.FanOut)));
                break;
            default: // FanInInit, weights and biases alike
                Uniform(values, random, first, 1 / Math.Sqrt(layer.FanIn));
                break;
        }
    }

    private static double BiasOf(InitRecipe init) =>
        init switch
        {
            NormalInit normal => normal.Bias,
            XavierInit xavier => xavier.Bias,
            HeInit he => he.Bias,
            _ => 0,
        };

    private static void Normal(Span<float> values, RandomStream random, long first, double std)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(std * random.Normal(first + i));
    }

    private static void Uniform(Span<float> values, RandomStream random, long first, double bound)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(bound * (2 * random.Uniform(first + i) - 1));
    }
}
