using AlexNet.Net.Layers;
using AlexNet.Net.Normalisation;
using AlexNet.Recipes;
using CsCheck;
using static TorchSharp.torch;

namespace AlexNet.Net.Tests.Normalisation;

/// <summary>A drawn input with what is to be done to it. Sizes around those of vectors and windows, where mistakes are.</summary>
internal sealed record LrnCase(
    int Samples,
    int Towers,
    int Maps,
    int Height,
    int Width,
    LrnRecipe Lrn,
    bool Rectify,
    PoolRecipe? Pool,
    long Seed
)
{
    private static readonly double[] Exponents = [0.75, 0.5, 1, 0.6];

    private static readonly Gen<LrnRecipe> Constants = Gen.Select(
        Gen.Int[0, 4].Select(half => 2 * half + 1),
        Gen.Double[0.01, 4],
        Gen.Int[0, 3].Select(i => Exponents[i]),
        Gen.Double[0.5, 2],
        (size, alpha, beta, k) =>
            new LrnRecipe
            {
                Size = size,
                Alpha = alpha,
                Beta = beta,
                K = k,
            }
    );

    /// <summary>Cases without pooling.</summary>
    public static readonly Gen<LrnCase> Plain = Gen.Select(
        Gen.Int[1, 3],
        Gen.Int[1, 3],
        Gen.Int[1, 9],
        Gen.Int[1, 9],
        Gen.Int[1, 70],
        Constants,
        Gen.Bool,
        Gen.Long[0, 1 << 40],
        (samples, towers, maps, height, width, lrn, rectify, seed) =>
            new LrnCase(samples, towers, maps, height, width, lrn, rectify, null, seed)
    );

    /// <summary>Cases with a pooling window that fits.</summary>
    public static readonly Gen<LrnCase> Pooled = Gen.Select(Plain, Gen.Int[1, 4], Gen.Int[1, 4], (plain, kernel, stride) =>
        plain with
        {
            Height = plain.Height + 3,
            Width = plain.Width + 3,
            Pool = new PoolRecipe { Kernel = kernel, Stride = stride },
        }
    );

    public ConvEpilogue Pass => new(Towers, Lrn, Rectify, Pool);

    private long[] Shape => [Samples, Towers * Maps, Height, Width];

    /// <summary>Normal values, or, in eighths, many that are equal.</summary>
    public Tensor Input(bool eighths = false)
    {
        using var generator = new Generator((ulong)Seed); // other tests draw from torch's own meanwhile
        var values = randn(Shape, generator: generator);
        return eighths ? (values * 8).round() / 8 : values;
    }

    /// <summary>The output and, for a drawn gradient of it, the gradient of the input.</summary>
    public (Tensor Output, Tensor Gradient) Run(Tensor input) => Run(input, x => ConvEpilogues.Apply(x, Pass));

    /// <summary>The same, by libtorch's own operations.</summary>
    public (Tensor Output, Tensor Gradient) RunStock(Tensor input) => Run(input, Stock);

    /// <summary>The same, with pooling as an operation of its own.</summary>
    public (Tensor Output, Tensor Gradient) RunApart(Tensor input) =>
        Run(input, x => PooledApart(ConvEpilogues.Apply(Rectify ? x.relu() : x, Pass with { Rectify = false, Pool = null })));

    /// <param name="input">Given to the operation.</param>
    /// <param name="operation">What is run.</param>
    /// <param name="rounded">What the drawn gradient is rounded to, where that is not the output's type.</param>
    public (Tensor Output, Tensor Gradient) Run(Tensor input, Func<Tensor, Tensor> operation, ScalarType? rounded = null)
    {
        var leaf = input.detach().requires_grad_(true);
        var output = operation(leaf);
        using var generator = new Generator((ulong)Seed + 1);
        output.backward([randn(output.shape, generator: generator).to(rounded ?? output.dtype).to(output.dtype)]);
        return (output.detach(), leaf.grad ?? throw new InvalidOperationException("no gradient came back."));
    }

    private Tensor Stock(Tensor x)
    {
        var byTower = (Rectify ? x.relu() : x).reshape(Samples * Towers, Maps, Height, Width);
        return PooledApart(nn.functional.local_response_norm(byTower, Lrn.Size, Lrn.Alpha, Lrn.Beta, Lrn.K).reshape(Shape));
    }

    private Tensor PooledApart(Tensor x) => Pool is null ? x : nn.functional.max_pool2d(x, Pool.Kernel, Pool.Stride);
}
