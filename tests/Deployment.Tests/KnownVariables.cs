using AlexNet.Recipes;
using Lockstep.Coordinator;
using Lockstep.Core.Errors;
using Lockstep.Hosting;
using Lockstep.Worker.Options;

namespace Deployment.Tests;

/// <summary>The variables that the programs read: those that they ask for when they read their settings.</summary>
internal static class KnownVariables
{
    public static IReadOnlySet<string> OfCoordinator { get; } = AskedFor(settings => CoordinatorOptions.From(settings, Recipe.Reader));

    public static IReadOnlySet<string> OfWorker { get; } = AskedFor(settings => WorkerOptions.From(settings));

    /// <summary>Variables of ours as arguments: a program ignores a variable that it does not know, and refuses an argument.</summary>
    public static Settings AsArguments(IReadOnlyDictionary<string, string> variables) =>
        new([
            .. variables
                .Where(v => v.Key.StartsWith(Settings.Prefix, StringComparison.Ordinal))
                .SelectMany(v => new[] { "--" + v.Key[Settings.Prefix.Length..].ToLowerInvariant().Replace('_', '-'), v.Value }),
        ]);

    private static HashSet<string> AskedFor(Action<Settings> read)
    {
        var settings = new Settings([]);
        try
        {
            read(settings);
        }
        catch (BadInputException)
        {
            // required ones are missing, which does not matter here
        }
        return [.. settings.Known.Select(Settings.VariableOf)];
    }
}
