using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Lockstep.Core.Recipes;
using Lockstep.Storage.Files;
using Microsoft.Extensions.Configuration;

namespace Lockstep.Hosting;

/// <summary>
/// Reads a service's settings and collects what is wrong with them. A setting <c>join-timeout</c> comes from the argument
/// <c>--join-timeout</c> or the variable <c>ALEXNET_JOIN_TIMEOUT</c>; the argument wins. Nothing else is read: no variable without
/// the prefix, which may mean anything, and no file.
/// </summary>
public sealed class Settings(string[] arguments)
{
    /// <summary>What every variable of ours begins with.</summary>
    public const string Prefix = "ALEXNET_";

    /// <summary>The longest time that a setting may say: four months.</summary>
    public const int MostSeconds = 10_000_000;

    private readonly IConfigurationRoot _arguments = new ConfigurationBuilder().AddCommandLine(arguments).Build();
    private readonly SortedSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every error so far.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>The names of all settings asked for so far.</summary>
    public IReadOnlyCollection<string> Known => _known;

    /// <summary>The name of the variable that sets what an argument sets.</summary>
    public static string VariableOf(string name) => Prefix + name.ToUpperInvariant().Replace('-', '_');

    public string? Optional(string name)
    {
        _known.Add(name);
        string? value = _arguments[name] ?? Environment.GetEnvironmentVariable(VariableOf(name));
        return string.IsNullOrWhiteSpace(value) ? null : value;
    }

    /// <summary>Adds an error for each argument that no setting asked for; to be called when all have been. Those of .NET, such as
    /// <c>--Logging:LogLevel:Default Debug</c>, have colons.</summary>
    public void RefuseUnknown()
    {
        foreach (var argument in _arguments.GetChildren().Where(a => a.Value is not null && !_known.Contains(a.Key)))
            Errors.Add($"setting '{argument.Key}' is unknown; known are {string.Join(", ", _known)}.");
    }

    public string Text(string name, string meaning)
    {
        if (Optional(name) is { } value)
            return value;
        Errors.Add($"setting '{name}' is missing; give {meaning} with --{name} or {VariableOf(name)}.");
        return "";
    }

    /// <summary>A secret: the setting itself, or the file that <c>NAME-file</c> names, as engines hand secrets over. Variables and files
    /// are better than arguments, which every user of a machine can see.</summary>
    public string Secret(string name, string meaning)
    {
        int before = Errors.Count;
        if (OptionalSecret(name) is { } secret)
            return secret;
        if (Errors.Count == before)
        {
            Errors.Add(
                $"setting '{name}' is missing; give {meaning} with {VariableOf(name)}, or its file with --{name}-file or "
                    + $"{VariableOf(name)}_FILE."
            );
        }

        return "";
    }

    /// <summary>The same; null where none is given.</summary>
    public string? OptionalSecret(string name)
    {
        string? secret = Optional(name);
        if (Optional($"{name}-file") is { } path)
        {
            if (secret is not null)
                Errors.Add($"settings '{name}' and '{name}-file' are both given; one is required.");
            secret = ReadSecret(name, path);
        }
        if (secret is null || secret.All(c => c is > ' ' and <= '~'))
            return secret;
        Errors.Add(
            $"setting '{name}' holds a character that cannot travel in a header; ASCII letters, digits and punctuation are required. "
                + "'openssl rand -hex 32' makes a good one."
        );
        return null;
    }

    public bool Flag(string name) => Optional(name) is { } value && !value.Equals("false", StringComparison.OrdinalIgnoreCase);

    /// <summary>One of several words, the first by default.</summary>
    public string OneOf(string name, params ReadOnlySpan<string> words)
    {
        string value = Optional(name) ?? words[0];
        if (words.Contains(value))
            return value;
        Errors.Add($"setting '{name}' is '{value}'; it must be {string.Join(", ", words)}.");
        return words[0];
    }

    public int Whole(string name, int standard, int least)
    {
        if (Optional(name) is not { } value)
            return standard;
        if (int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) && number >= least)
            return number;
        Errors.Add($"setting '{name}' is '{value}'; it must be a whole number of {least} or more.");
        return standard;
    }

    public TimeSpan Seconds(string name, double standard)
    {
        if (Optional(name) is not { } value)
            return TimeSpan.FromSeconds(standard);
        if (
            double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            && seconds is >= 0 and <= MostSeconds
        )
        {
            return TimeSpan.FromSeconds(seconds);
        }

        Errors.Add($"setting '{name}' is '{value}'; it must be a number of seconds, 0 to {MostSeconds}.");
        return TimeSpan.FromSeconds(standard);
    }

    /// <summary>An address to listen on; loopback and a free port by default.</summary>
    public IPEndPoint Endpoint(string name) => ParseEndpoint(name, Optional(name) ?? "127.0.0.1:0", Errors);

    /// <summary>Parses <c>host:port</c>, where host is an IP address or <c>localhost</c>; collects errors.</summary>
    public static IPEndPoint ParseEndpoint(string setting, string value, ICollection<string> errors)
    {
        string text = value.Replace("localhost", IPAddress.Loopback.ToString(), StringComparison.Ordinal);
        if (IPEndPoint.TryParse(text, out var endpoint) && text.Contains(':'))
            return endpoint;
        errors.Add($"setting '{setting}' is '{value}'; it must be ADDRESS:PORT such as 127.0.0.1:0 or 0.0.0.0:5000.");
        return new IPEndPoint(IPAddress.Loopback, 0);
    }

    /// <summary>Recipe settings: <c>set</c> holds KEY=VALUE pairs divided by semicolons.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonNode?>> Overrides()
    {
        var pairs = new List<KeyValuePair<string, JsonNode?>>();
        foreach (string text in (Optional("set") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (RecipeSettings.Parse(text) is { } pair)
                pairs.Add(pair);
            else
                Errors.Add($"setting 'set' has '{text}'; it must be KEY=VALUE, such as training.batch=64.");
        }
        return pairs;
    }

    private string? ReadSecret(string name, string path)
    {
        try
        {
            if (InputFile.ReadAllText(path).Trim() is { Length: > 0 } secret)
                return secret;
            Errors.Add($"setting '{name}-file' is '{path}', which is empty; a file that holds the secret is required.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Errors.Add($"setting '{name}-file' is '{path}', which cannot be read: {e.Message}");
        }
        return null;
    }
}
