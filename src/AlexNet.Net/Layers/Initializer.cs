using System.Runtime.InteropServices;
using AlexNet.Recipes;
using Lockstep.Core.Randomness;
using Lockstep.Torch.Parameters;

namespace AlexNet.Net.Layers;

/// <summary>
/// First values of parameters. Each element is a function of (seed, parameter name, element of the whole tensor), so every layout starts
/// from the same bits (law 1).
/// </summary>
internal static class Initializer
{
    public static void Fill(Parameter parameter, LayerShape layer, InitRecipe init, long seed)
    {
        var random = new RandomStream(seed, $"weights/{parameter.Name}");
        byte[] bytes = new byte[parameter.Count * sizeof(float)];
        long first = parameter.Rows.Start * parameter.RowLength;
        const int chunk = 1 << 16;
        Parallel.For(0, (parameter.Count + chunk - 1) / chunk, part =>
        {
            long start = part * chunk;
            var values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan()).Slice((int)start, (int)Math.Min(chunk, parameter.Count - start));
            FillChunk(values, random, first + start, parameter.IsBias, layer, init);
        });
        parameter.Load(bytes);
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
