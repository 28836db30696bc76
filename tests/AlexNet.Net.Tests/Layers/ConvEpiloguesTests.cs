using System.Text.Json.Nodes;
using AlexNet.Net.Layers;
using AlexNet.Recipes;
using AlexNet.Testing;
using Lockstep.Core.Randomness;
using TorchSharp;

namespace AlexNet.Net.Tests.Layers;

public class ConvEpiloguesTests
{
    private static readonly long[] Shape = [2, 12, 3, 5];

    /// <summary>
    /// The paper's constants hardly change a number near 1, so most cases exaggerate alpha: only then does a wrong neighbour show.
    /// </summary>
    public static TheoryData<int, int, double, double, double> Cases =>
        new()
        {
            { 1, 5, 1e-4, 0.75, 2 },
            { 2, 5, 1e-4, 0.75, 2 },
            { 1, 5, 3, 0.75, 2 },
            { 2, 5, 3, 0.75, 1 },
            { 3, 3, 2, 0.5, 0.5 },
            { 4, 7, 5, 1, 1 }, // a window wider than its tower
            { 12, 5, 5, 0.75, 1 }, // towers of one map
            { 2, 1, 1, 0.75, 2 },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void WithinTowers_AnyConstants_EqualsTheFormula(int towers, int size, double alpha, double beta, double k)
    {
        using var scope = torch.NewDisposeScope();
        var (lrn, x) = (
            new LrnRecipe
            {
                Size = size,
                Alpha = alpha,
                Beta = beta,
                K = k,
            },
            Draw("x")
        );

        var y = ConvEpilogues.WithinTowers(Tensor(x), towers, lrn);

        AssertNear(new NaiveLrn(Shape, towers, lrn).Forward(x), y, 2e-6);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void WithinTowers_Backward_EqualsFiniteDifferencesOfTheFormula(int towers, int size, double alpha, double beta, double k)
    {
        using var scope = torch.NewDisposeScope();
        var (lrn, x, weights) = (
            new LrnRecipe
            {
                Size = size,
                Alpha = alpha,
                Beta = beta,
                K = k,
            },
            Draw("x"),
            Draw("weights")
        );

        var leaf = Tensor(x).requires_grad_(true);
        ConvEpilogues.WithinTowers(leaf, towers, lrn).backward([Tensor(weights)]);

        var gradient = leaf.grad ?? throw new InvalidOperationException("no gradient came back.");
        AssertNear(new NaiveLrn(Shape, towers, lrn).Gradient(x, weights), gradient, 5e-6);
    }

    [Fact]
    public void WithinTowers_ChangeBesideATowersBorder_DoesNotCrossIt()
    {
        using var scope = torch.NewDisposeScope();
        var lrn = new LrnRecipe
        {
            Size = 5,
            Alpha = 3,
            K = 1,
        };
        var (x, changed) = (Tensor(Draw("x")), Tensor(Draw("x")));
        changed.narrow(1, 5, 1).add_(1); // the last map of the first of two towers

        float[] difference = (ConvEpilogues.WithinTowers(x, 2, lrn) - ConvEpilogues.WithinTowers(changed, 2, lrn))
            .abs()
            .amax([0, 2, 3])
            .data<float>()
            .ToArray();

        Assert.All(difference[..3], d => Assert.Equal(0, d));
        Assert.All(difference[3..6], d => Assert.NotEqual(0, d));
        Assert.All(difference[6..], d => Assert.Equal(0, d));
    }

    [Theory]
    [InlineData("test_lrn")]
    [InlineData("test_lrn_default")]
    public void LRN_agrees_with_the_ONNX_vectors(string name)
    {
        string? file = Checkout.Above("shared/reference/onnx-vectors.json");
        Assert.SkipWhen(file is null, "The ONNX test vectors (shared/reference/onnx-vectors.json) are not beside this repository.");
        using var scope = torch.NewDisposeScope();
        var vectors = JsonNode.Parse(File.ReadAllText(file))?[name] ?? throw new InvalidDataException($"'{file}' has no vectors '{name}'.");
        var (x, y) = (Only(vectors, "inputs"), Only(vectors, "outputs"));

        // where a vector names no constant, the defaults of ONNX's operator apply
        var lrn = new LrnRecipe
        {
            Size = (int)Constant(vectors, "size", double.NaN),
            Alpha = Constant(vectors, "alpha", 1e-4),
            Beta = Constant(vectors, "beta", 0.75),
            K = Constant(vectors, "bias", 1),
        };
        var found = ConvEpilogues.WithinTowers(torch.tensor(Floats(x, "values")).reshape(Longs(x, "dims")), 1, lrn);

        AssertNear([.. Floats(y, "values").Select(v => (double)v)], found, 2e-6);
    }

    /// <summary>fp32 against double: within so much of the largest magnitudes' scale, which is about 1.</summary>
    private static void AssertNear(double[] expected, torch.Tensor found, double tolerance)
    {
        float[] values = found.contiguous().data<float>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            Assert.True(
                Math.Abs(values[i] - expected[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"element {i} is {values[i]:g9}; {expected[i]:g9} was required."
            );
        }
    }

    private static double[] Draw(string purpose)
    {
        var random = new RandomStream(7, $"lrn/{purpose}");
        return [.. Enumerable.Range(0, (int)Shape.Aggregate((a, b) => a * b)).Select(i => (double)(float)random.Normal(i))];
    }

    private static torch.Tensor Tensor(double[] values) => torch.tensor([.. values.Select(v => (float)v)]).reshape(Shape);

    private static JsonNode Only(JsonNode vectors, string what) =>
        vectors[what]?.AsArray().Single() ?? throw new InvalidDataException($"a vector has no '{what}'.");

    private static double Constant(JsonNode vectors, string name, double otherwise) =>
        vectors["nodes"]?[0]?["attrs"]?[name]?.GetValue<double>() ?? otherwise;

    private static float[] Floats(JsonNode tensor, string name) => [.. tensor[name]?.AsArray().GetValues<float>() ?? []];

    private static long[] Longs(JsonNode tensor, string name) => [.. tensor[name]?.AsArray().GetValues<long>() ?? []];
}
