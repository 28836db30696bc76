using System.CommandLine;
using System.CommandLine.Parsing;

namespace AlexNet.Cli.Commands.Training;

/// <summary>The arguments of a training within a command line that has others too.</summary>
/// <param name="Recipe">The recipe that is named; null for none.</param>
/// <param name="Options">The options that are given, each with its value; null for one that takes none.</param>
internal sealed record TrainingArguments(string? Recipe, IReadOnlyList<KeyValuePair<string, string?>> Options)
{
    /// <summary>Those that <c>alexnet train</c> takes too.</summary>
    public static TrainingArguments Of(ParseResult parsed)
    {
        var train = new Command("train");
        new TrainOptions().AddTo(train);
        var known = train.Options.Select(o => o.Name).ToHashSet();
        var children = parsed.CommandResult.Children.ToList();
        var given = children.OfType<OptionResult>().Where(o => !o.Implicit && known.Contains(o.Option.Name));
        return new(
            children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value).FirstOrDefault(),
            [.. given.SelectMany(Values)]
        );
    }

    /// <summary>The value of an option; null where it is not given.</summary>
    public string? Value(string name) => Options.FirstOrDefault(o => o.Key == name).Value;

    /// <summary>Which of some options are given.</summary>
    public IEnumerable<string> Named(IReadOnlyCollection<string> names) => Options.Select(o => o.Key).Where(names.Contains).Distinct();

    /// <summary>As a command line, without some options.</summary>
    public IReadOnlyList<string> Without(params IReadOnlyCollection<string> names) =>
        [
            .. Recipe is null ? Array.Empty<string>() : [Recipe],
            .. Options.Where(o => !names.Contains(o.Key)).SelectMany(o => o.Value is { } value ? new[] { o.Key, value } : [o.Key]),
        ];

    private static IEnumerable<KeyValuePair<string, string?>> Values(OptionResult given) =>
        given.Tokens.Count == 0
            ? [new(given.Option.Name, null)]
            : given.Tokens.Select(token => new KeyValuePair<string, string?>(given.Option.Name, token.Value));
}
