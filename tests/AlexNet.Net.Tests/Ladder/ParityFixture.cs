using System.Text.Json;
using System.Text.Json.Nodes;
using AlexNet.Recipes;

namespace AlexNet.Net.Tests.Ladder;

/// <summary>What the independent implementation found; <c>Fixtures/make_fixtures.py</c> wrote it.</summary>
/// <param name="Recipe">What it computed.</param>
/// <param name="Seed">The seed of everything that is drawn.</param>
/// <param name="Samples">Data set index of each sample of the batch, the same batch in every step.</param>
/// <param name="Labels">The class of each.</param>
/// <param name="GlobalBatch">What the loss is divided by.</param>
/// <param name="Margin">
/// How near, in step 0, a ReLU came to its corner or two pixels of a pooling window to a tie, relative to the rms of their layer.
/// </param>
/// <param name="InitialWeights">SHA-256 of each parameter's fp32 bytes.</param>
/// <param name="Outputs">The outputs of each layer, in step 0.</param>
/// <param name="Gradients">The gradients of each parameter, in step 0.</param>
/// <param name="Losses">The losses of each step.</param>
public sealed record ParityFixture(
    JsonObject Recipe,
    long Seed,
    IReadOnlyList<int> Samples,
    IReadOnlyList<int> Labels,
    int GlobalBatch,
    double Margin,
    IReadOnlyDictionary<string, string> InitialWeights,
    IReadOnlyDictionary<string, TensorSummary> Outputs,
    IReadOnlyDictionary<string, TensorSummary> Gradients,
    IReadOnlyList<double> Losses
)
{
    /// <summary>Every fixture.</summary>
    public static IReadOnlyList<string> Names { get; } =
    ["odd-net", "quickstart", "fashion-mnist-compact", "imagenet-2012", "imagenet-2012-fan-in"];

    private static readonly Dictionary<string, ParityFixture> Read = Names.ToDictionary(name => name, ReadFile);

    /// <summary>The fixture of a name.</summary>
    public static ParityFixture Of(string name) => Read[name];

    /// <summary>The recipe, with the fixture's seed.</summary>
    public Recipe ReadRecipe() => AlexNet.Recipes.Recipe.Reader.Read(Recipe.ToJsonString(), "of a fixture") with { Seed = Seed };

    private static ParityFixture ReadFile(string name)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Fixtures", name + ".json"));
        return JsonSerializer.Deserialize<ParityFixture>(file, JsonSerializerOptions.Web)
            ?? throw new InvalidDataException($"fixture '{name}' is empty; run make_fixtures.py.");
    }
}
