namespace Lockstep.Hosting.Security;

/// <summary>The secrets of one run.</summary>
/// <param name="Join">token: with which workers join it, and find each other.</param>
/// <param name="Operator">operator-token: of whoever looks after it; null where nobody may without a certificate.</param>
public sealed record RunTokens(string Join, string? Operator)
{
    private const int WeakBelow = 16;

    /// <summary>Whether the secrets are so short that they could be guessed.</summary>
    public bool AreWeak => Join.Length < WeakBelow || Operator?.Length < WeakBelow;

    /// <summary>Reads a coordinator's <c>token</c> and <c>operator-token</c>, each from a variable or from a file.</summary>
    public static RunTokens Read(Settings settings)
    {
        var tokens = new RunTokens(
            settings.Secret("token", "the secret with which workers join"),
            settings.OptionalSecret("operator-token")
        );
        if (tokens.Operator is { } given && Tokens.Match(tokens.Join, given))
        {
            settings.Errors.Add(
                "settings 'token' and 'operator-token' are equal; every worker could then stop the run. Give "
                    + $"{Settings.VariableOf("operator-token")} a secret of its own."
            );
        }

        return tokens;
    }
}
