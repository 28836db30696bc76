using System.CommandLine;
using System.Text.Json.Nodes;

namespace Lockstep.Options;

/// <summary>How a training learns, and how long: the options that lie over any recipe, layout apart.</summary>
/// <param name="resumes">Those that would make it another training are left out.</param>
internal sealed class RecipeOptions(bool resumes)
{
    private readonly Option<int?> _epochs = new("--epochs") { Description = "Passes over the training data." };
    private readonly Option<long?> _steps = new("--steps") { Description = "Number of steps after which the run ends." };
    private readonly Option<int?> _batch = new("--batch") { Description = "The global batch: samples of one step over all replicas." };
    private readonly Option<int?> _microBatches = new("--micro-batches")
    {
        Description = "Number of pieces in which a replica's part of the batch goes through the net: less memory, the same gradient.",
    };
    private readonly Option<long?> _seed = new("--seed") { Description = "Seed of every random number of the run." };
    private readonly Option<string?> _precision = new Option<string?>("--precision")
    {
        Description = "Type of the arithmetic: fp32, tf32 or bf16. Weights, sums and updates are always fp32.",
    }.AcceptOnlyFromAmong("fp32", "tf32", "bf16");
    private readonly Option<string[]> _set = RecipeArguments.Set();

    public IEnumerable<Option> All =>
        resumes ? [_epochs, _steps, _microBatches, _set] : [_epochs, _steps, _batch, _microBatches, _seed, _precision, _set];

    /// <summary>Settings of the recipe, those of <c>--set</c> first, so that an option of its own wins.</summary>
    public List<KeyValuePair<string, JsonNode?>> Settings(ParseResult parsed, List<string> errors)
    {
        var settings = RecipeArguments.Parse(parsed.GetValue(_set), errors);
        settings.Lay("training.epochs", parsed.GetValue(_epochs));
        settings.Lay("training.steps", parsed.GetValue(_steps));
        settings.Lay("training.batch", parsed.Given(_batch));
        settings.Lay("training.precision", parsed.Given(_precision));
        settings.Lay("training.microBatches", parsed.GetValue(_microBatches));
        settings.Lay("seed", parsed.Given(_seed));
        return settings;
    }
}
