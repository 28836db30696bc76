using System.CommandLine;
using System.Text.Json.Nodes;
using AlexNet.Recipes;
using Lockstep.Core.Errors;
using Lockstep.Options;
using Lockstep.Storage.Runs;

namespace AlexNet.Cli.Commands.Training;

/// <summary>Over how many workers the net and the batch are laid out, and what travels between these.</summary>
internal sealed class LayoutOptions
{
    private readonly ReplicaOptions _replicas = new();
    private readonly Option<int?> _shards = new("--shards")
    {
        Description = "Number of workers that together hold one net; it must divide the net's towers.",
    };
    private readonly Option<int?> _workers = new("--workers")
    {
        Description =
            "Number of workers, laid out as 'alexnet plan' predicts to be fastest on this machine (or as --plan says). In place of "
            + "--shards and --replicas.",
    };
    private readonly Option<string?> _plan = new Option<string?>("--plan")
    {
        Description =
            "How the net is laid out: towers (shards of towers, replicas of these), data (every worker holds all), or hybrid "
            + "(convolutions in every worker, fully connected layers in parts; --shards says how many workers).",
    }.AcceptOnlyFromAmong("towers", "data", "hybrid");
    private readonly Option<string?> _factors = new Option<string?>("--factors")
    {
        Description =
            "Whether gradients of fully connected layers travel between replicas as their factors: auto (where it is faster), always or "
            + "never.",
    }.AcceptOnlyFromAmong("auto", "always", "never");

    public IEnumerable<Option> All => [_shards, _workers, _plan, _factors, .. _replicas.All];

    /// <summary>Whether the user says anything of how many workers there are and what each holds.</summary>
    public bool IsGiven(ParseResult parsed) =>
        parsed.GetValue(_shards) is not null
        || parsed.GetValue(_workers) is not null
        || parsed.GetValue(_plan) is not null
        || _replicas.IsGiven(parsed)
        || _replicas.IsElastic(parsed);

    /// <summary>How many replicas an elastic run may have; null where it is not elastic.</summary>
    public ElasticBounds? Elastic(ParseResult parsed, List<string> errors) => _replicas.Elastic(parsed, errors);

    /// <summary>Settings of the recipe, as far as the layout is given.</summary>
    public List<KeyValuePair<string, JsonNode?>> Settings(ParseResult parsed, ElasticBounds? elastic)
    {
        var settings = _replicas.Settings(parsed, elastic);
        settings.Lay("layout.shards", parsed.GetValue(_shards));
        settings.Lay("layout.plan", parsed.GetValue(_plan));
        settings.Lay("layout.factors", parsed.GetValue(_factors));
        return settings;
    }

    /// <summary>Settings of the layout that is best for <c>--workers</c>; none where that is not given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="name">Name or path of the recipe.</param>
    /// <param name="settings">The settings that replace values of the recipe.</param>
    /// <param name="device">auto, cpu or cuda.</param>
    /// <param name="errors">What is wrong so far; nothing is measured where there is any.</param>
    /// <param name="cancellation">Cancels the measurement.</param>
    /// <exception cref="BadInputException">There are errors, or no layout for so many.</exception>
    public async Task<IEnumerable<KeyValuePair<string, JsonNode?>>> FindAsync(
        ParseResult parsed,
        string name,
        IReadOnlyList<KeyValuePair<string, JsonNode?>> settings,
        string device,
        List<string> errors,
        CancellationToken cancellation
    )
    {
        if (parsed.GetValue(_workers) is not { } workers)
            return [];
        if (workers < 1)
            errors.Add($"--workers is {workers}; it must be 1 or more.");
        if (parsed.GetValue(_shards) is not null || _replicas.IsGiven(parsed))
            errors.Add("--workers is given together with --shards or --replicas, which say the same; leave one out.");
        if (_replicas.IsElastic(parsed))
            errors.Add("--workers is given together with --elastic, which says how many replicas there are; leave one out.");
        if (errors.Count > 0)
            throw new BadInputException(errors);
        var recipe = RecipeCatalog.Load(
            Recipe.Reader,
            name,
            [
                .. settings.Where(s => s.Key != "layout.plan"),
                new("layout.plan", "towers"),
                new("layout.shards", 1),
                new("layout.replicas", 1),
            ]
        );
        var layout = await LayoutSearch.FindAsync(name, recipe, workers, parsed.GetValue(_plan), device, cancellation);
        return
        [
            new("layout.shards", layout.Shards),
            new("layout.replicas", layout.Replicas),
            new("layout.plan", layout.Plan.ToString().ToLowerInvariant()),
        ];
    }
}
