namespace AlexNet.Cli.Sweeping;

/// <summary>One choice of a value for every axis of a sweep.</summary>
/// <param name="Values">The value of each key, as it was typed, in the order of the axes.</param>
internal sealed record SweepSetting(IReadOnlyList<KeyValuePair<string, string>> Values)
{
    /// <summary>Such as <c>optimizer.rate=0.01 training.batch=32</c>.</summary>
    public string Name => string.Join(' ', Values.Select(v => $"{v.Key}={v.Value}"));

    /// <summary>What lays it over a recipe on a command line.</summary>
    public IEnumerable<string> Arguments => Values.SelectMany(v => new[] { "--set", $"{v.Key}={v.Value}" });

    /// <summary>Every combination, the last axis changing fastest.</summary>
    public static IReadOnlyList<SweepSetting> All(IReadOnlyList<SweepAxis> axes)
    {
        IEnumerable<IReadOnlyList<KeyValuePair<string, string>>> all =
        [
            [],
        ];
        foreach (var axis in axes)
        {
            all = all.SelectMany(
                begun => axis.Values,
                (begun, value) => (IReadOnlyList<KeyValuePair<string, string>>)[.. begun, new(axis.Key, value)]
            );
        }

        return [.. all.Select(values => new SweepSetting(values))];
    }

    /// <summary>The name of the directory of its run with a seed: letters, digits and <c>.=+-</c>, anything else as <c>_</c>.</summary>
    public string DirectoryOf(long seed)
    {
        char[] name = [.. $"{Name} seed={seed}".Select(c => char.IsAsciiLetterOrDigit(c) || ".=+-".Contains(c) ? c : '_')];
        return new(name);
    }
}
