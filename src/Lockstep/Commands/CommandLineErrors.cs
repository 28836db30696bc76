using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using Lockstep.Core.Runs;

namespace Lockstep.Commands;

/// <summary>
/// What is wrong with a command line by itself, in the words of the command line; the parser's own would name types of .NET.
/// </summary>
internal static class CommandLineErrors
{
    private const int MostEdits = 3;

    /// <summary>Every error, and at last where help is; none where it can be carried out.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        var (command, path) = (parsed.CommandResult.Command, PathOf(parsed.CommandResult));
        if (parsed.Action is not ParseErrorAction && Strangers(parsed).Count == 0)
            return [];
        var errors = Errors(parsed, command, path).Distinct().ToList();
        return [.. errors.Count > 0 ? errors : [.. parsed.Errors.Select(e => e.Message)], $"'{path} --help' lists what is known."];
    }

    /// <summary>The word of a list that is nearest to one; null where none is near.</summary>
    public static string? Nearest(string word, IEnumerable<string> known) =>
        known
            .Select(k => (Word: k, Edits: k.StartsWith(word, StringComparison.Ordinal) && word.Length > MostEdits ? 1 : Distance(word, k)))
            .Where(k => k.Edits <= Math.Min(MostEdits, word.Length / 2))
            .OrderBy(k => k.Edits)
            .Select(k => k.Word)
            .FirstOrDefault();

    private static IEnumerable<string> Errors(ParseResult parsed, Command command, string path)
    {
        var strangers = Strangers(parsed);
        foreach (string stranger in strangers)
            yield return $"option '{stranger}' is unknown{Suggestion(Nearest(stranger, OptionsOf(parsed.CommandResult)))}";
        if (strangers.Count == 0 && parsed.UnmatchedTokens.Count > 0)
        {
            yield return command.Subcommands.Count > 0 && command.Action is null
                ? $"'{parsed.UnmatchedTokens[0]}' is not a command of "
                    + $"'{path}'{Suggestion(Nearest(parsed.UnmatchedTokens[0], command.Subcommands.Select(c => c.Name)))}"
                : $"{string.Join(", ", parsed.UnmatchedTokens.Select(t => $"'{t}'"))}: more than '{path}' takes; words that belong "
                    + "together need quotes.";
        }

        if (parsed.UnmatchedTokens.Count > 0)
            yield break; // what follows from that is no news
        if (command.Subcommands.Count > 0 && command.Action is null)
        {
            yield return $"'{path}' needs a command: {string.Join(", ", command.Subcommands.Select(c => c.Name))}.";
        }
        else
        {
            foreach (var error in parsed.Errors)
            {
                yield return error.SymbolResult switch
                {
                    OptionResult option => Sentence(option) ?? error.Message,
                    ArgumentResult { Tokens.Count: 0 } argument =>
                        $"'{path}' needs {argument.Argument.Name.ToUpperInvariant()}: {argument.Argument.Description}",
                    _ => error.Message,
                };
            }
        }
    }

    /// <summary>Words that look like options and are none; what comes after a lone -- is taken as it is.</summary>
    private static List<string> Strangers(ParseResult parsed) =>
        parsed.Tokens.Any(t => t.Type == TokenType.DoubleDash)
            ? []
            :
            [
                .. parsed
                    .CommandResult.Children.OfType<ArgumentResult>()
                    .SelectMany(a => a.Tokens)
                    .Select(t => t.Value)
                    .Concat(parsed.UnmatchedTokens)
                    .Where(t => t.Length > 1 && t[0] == '-')
                    .Select(t => t.Split('=', ':')[0])
                    .Distinct(),
            ];

    private static IEnumerable<string> OptionsOf(CommandResult command) =>
        command
            .Command.Options.Select(o => o.Name)
            .Concat(command.Parent is CommandResult parent ? parent.Command.Options.Where(o => o.Recursive).Select(o => o.Name) : []);

    /// <summary>What an option's value must be; null where it is not the value that is wrong.</summary>
    private static string? Sentence(OptionResult option)
    {
        if (option.Tokens.Count == 0)
            return $"{option.Option.Name} needs a value.";
        string value = option.Tokens[^1].Value;
        var type = Nullable.GetUnderlyingType(option.Option.ValueType) ?? option.Option.ValueType;
        if (option.Tokens.Count > 1 && !type.IsArray)
            return $"{option.Option.Name} is given more than once ({string.Join(", ", option.Tokens.Select(t => t.Value))}); give it once.";
        string[] words = [.. option.Option.GetCompletions(CompletionContext.Empty).Select(c => c.Label)];
        if (words.Length > 0 && option.Tokens.FirstOrDefault(t => !words.Contains(t.Value)) is { } other)
            return $"{option.Option.Name} is '{other.Value}'; it must be {string.Join(", ", words)}.";
        if (type == typeof(int) && !int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _))
            return $"{option.Option.Name} is '{value}'; it must be a whole number, at most {int.MaxValue}.";
        if (type == typeof(long) && !long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _))
            return $"{option.Option.Name} is '{value}'; it must be a whole number, at most {long.MaxValue}.";
        return type == typeof(double) ? $"{option.Option.Name} is '{value}'; it must be a number." : null;
    }

    private static string Suggestion(string? nearest) => nearest is null ? "." : $"; did you mean {nearest}?";

    private static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : RunHints.Program;

    /// <summary>
    /// How many characters must be put in, taken out or replaced to make one word of the other. Source: Levenshtein 1966.
    /// </summary>
    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int replaced = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }
        return row[^1];
    }
}
