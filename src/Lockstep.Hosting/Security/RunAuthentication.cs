using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lockstep.Hosting.Security;

/// <summary>
/// Brings certificate and token (<c>Authorization: Bearer TOKEN</c>) of a call to <see cref="Access"/>. A caller that is turned away gets a
/// bare 401 or 403, which gRPC calls Unauthenticated and PermissionDenied; the reason goes into the log.
/// </summary>
internal sealed class RunAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    Access access,
    RefusalLog refusals
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>Its name to ASP.NET Core.</summary>
    public const string Name = "run";

    private string Remote => $"{Context.Connection.RemoteIpAddress}:{Context.Connection.RemotePort}";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var caller = access.Identify(Context.Connection.ClientCertificate, BearerToken.Of(Request.Headers.Authorization));
        if (caller.Role is not { } role)
            return Task.FromResult(AuthenticateResult.Fail(caller.Problem ?? "it is unknown"));
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Role, role)], Name);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Name)));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var found = await HandleAuthenticateOnceSafeAsync();
        refusals.Add(Remote, $"{Request.Path}: {found.Failure?.Message}");
        Response.StatusCode = StatusCodes.Status401Unauthorized;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        refusals.Add(Remote, $"{Request.Path}: it is of the role {Context.User.FindFirstValue(ClaimTypes.Role)}, which may not do this");
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
