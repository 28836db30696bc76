using System.CommandLine;
using System.Text.Json.Nodes;

namespace Lockstep.Options;

/// <summary>How many copies of the net are trained, and in what numbers their gradients travel.</summary>
internal sealed class ReplicaOptions
{
    private readonly Option<int?> _replicas = new("--replicas")
    {
        Description = "Number of copies of the net; each trains on a part of the batch.",
    };
    private readonly Option<string?> _gradients = new Option<string?>("--gradients")
    {
        Description = "Type in which gradients travel to be summed over replicas: fp32, or bf16 (half the bytes, rounded).",
    }.AcceptOnlyFromAmong("fp32", "bf16");
    private readonly Option<string?> _elastic = new("--elastic")
    {
        Description = "MIN:MAX replicas: the run continues with fewer while workers are missing, and with more when they come.",
    };

    public IEnumerable<Option> All => [_replicas, _gradients, _elastic];

    /// <summary>How many replicas an elastic run may have; null where it is not elastic.</summary>
    public ElasticBounds? Elastic(ParseResult parsed, List<string> errors)
    {
        if (parsed.GetValue(_elastic) is not { } text)
            return null;
        if (ElasticBounds.Parse(text) is not { } bounds)
        {
            errors.Add($"--elastic is '{text}'; MIN:MAX replicas are required, such as 1:4.");
            return null;
        }
        if (parsed.GetValue(_replicas) is { } replicas && replicas != bounds.Most)
        {
            errors.Add(
                $"--replicas is {replicas} and --elastic {text}, whose second number says how many replicas there are; give "
                    + $"{bounds.Least}:{replicas}, or leave --replicas out."
            );
        }

        return bounds;
    }

    /// <summary>Whether their number is given.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_replicas) is not null;

    /// <summary>Whether bounds of their number are given.</summary>
    public bool IsElastic(ParseResult parsed) => parsed.GetValue(_elastic) is not null;

    /// <summary>Settings of the recipe, as far as they are given.</summary>
    public List<KeyValuePair<string, JsonNode?>> Settings(ParseResult parsed, ElasticBounds? elastic)
    {
        var settings = new List<KeyValuePair<string, JsonNode?>>();
        settings.Lay("layout.replicas", elastic?.Most ?? parsed.GetValue(_replicas));
        settings.Lay("layout.gradients", parsed.GetValue(_gradients));
        return settings;
    }
}
