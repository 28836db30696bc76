using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Lockstep.Hosting.Security;

namespace Lockstep.Coordinator.Watching.Serving;

/// <summary>
/// Decides who may read the status and who may act on the run: by <see cref="Access"/>. Whoever gives the operator's token may do
/// both (<c>Authorization: Bearer TOKEN</c>, or <c>Basic</c> with the token as password, which a browser asks for); who is on this machine
/// may read.
/// </summary>
internal sealed class OperatorGuard(Access access)
{
    /// <summary>What a browser shows when it asks for the token.</summary>
    public const string Challenge = "Basic realm=\"The run's operator: any name, and the token as password\", charset=\"UTF-8\"";

    private const string LocalName = "localhost";

    /// <summary>Whether it carries the token.</summary>
    public bool MayAct(HttpRequest request) =>
        access.Identify(certificate: null, Given(request.Headers.Authorization)).Role == Roles.Operator;

    /// <summary>
    /// Whether it comes from this machine and means it, or carries the token. A page of another site that has its name lead here has
    /// another name.
    /// </summary>
    public bool MayRead(HttpRequest request) =>
        (request.HttpContext.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote) && IsOwnName(request.Host.Host))
        || MayAct(request);

    /// <summary>
    /// Whether a browser sends it for another site's page. Programs that are none say nothing of it. What the browser itself says of the
    /// site counts first:
    /// behind a reverse proxy the origin is the proxy's, which names itself in <c>X-Forwarded-Host</c> or passes its name on.
    /// </summary>
    public static bool IsFromAnotherSite(HttpRequest request)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString(),
            origin = request.Headers.Origin.ToString();
        return site.Length > 0 ? site is not ("same-origin" or "none") : origin.Length > 0 && !IsOwnOrigin(origin, request);
    }

    /// <summary>No page can make a browser send these headers to another site without asking first.</summary>
    private static bool IsOwnOrigin(string origin, HttpRequest request) =>
        origin == $"{request.Scheme}://{request.Host}"
        || (
            request.Headers["X-Forwarded-Host"].ToString() is { Length: > 0 } proxy
            && Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && page.Authority == proxy
        );

    private static bool IsOwnName(string host) =>
        host.Equals(LocalName, StringComparison.OrdinalIgnoreCase)
        || host.Equals(Environment.MachineName, StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host, out _);

    private static string? Given(string? header)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out var value) || value.Parameter is not { } given)
            return null;
        if (value.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            return given;
        byte[] bytes = new byte[given.Length];
        return
            value.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)
            && Convert.TryFromBase64String(given, bytes, out int length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [_, var password]
            ? password
            : null;
    }
}
