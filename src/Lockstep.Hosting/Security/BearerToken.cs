namespace Lockstep.Hosting.Security;

/// <summary>How a token travels: <c>Authorization: Bearer TOKEN</c> (RFC 6750).</summary>
public static class BearerToken
{
    /// <summary>The header's name; gRPC wants it in small letters.</summary>
    public const string Header = "authorization";

    private const string Scheme = "Bearer ";

    /// <summary>The header's value for a token.</summary>
    public static string Value(string token) => Scheme + token;

    /// <summary>The token in a header's value; null where there is none.</summary>
    public static string? Of(string? value) =>
        value is not null && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && value.Length > Scheme.Length
            ? value[Scheme.Length..]
            : null;
}
