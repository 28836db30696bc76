using System.Security.Cryptography.X509Certificates;

namespace Lockstep.Hosting.Security;

/// <summary>
/// Says who a caller is. Every call is asked here, of gRPC and of HTTP: <see cref="RunAuthentication"/> brings what the caller shows, and
/// each method or page says which roles it is for (<c>[Authorize(Roles = Roles.Operator)]</c>, <c>RequireAuthorization</c>).
/// </summary>
public sealed class Access(RunTokens tokens)
{
    /// <summary>The role of a caller, or why it has none.</summary>
    /// <param name="certificate">What it showed; already checked against our authorities. Null without TLS.</param>
    /// <param name="token">What it gave; null for none.</param>
    public Caller Identify(X509Certificate2? certificate, string? token)
    {
        // both are compared in any case, so that the time taken tells nothing
        bool joins = Tokens.Match(tokens.Join, token ?? "");
        bool operates = Tokens.Match(tokens.Operator ?? Tokens.Create(), token ?? "");
        string without = token is null ? "it gave no token" : "its token is not this run's";
        if (certificate is null)
        {
            return operates ? new(Roles.Operator, null)
                : joins ? new(Roles.Worker, null)
                : new(null, without);
        }

        return Roles.Of(certificate) switch
        {
            null => new(null, "its certificate names no role"),
            Roles.Worker => joins ? new(Roles.Worker, null) : new(null, without), // one authority may serve many runs
            var role => new(role, null),
        };
    }
}
