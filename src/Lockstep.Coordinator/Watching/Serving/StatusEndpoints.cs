using System.Reflection;
using System.Text;
using Lockstep.Coordinator.Recording;
using Lockstep.Coordinator.Run;
using Lockstep.Core.Status;
using Lockstep.Hosting.Security;

namespace Lockstep.Coordinator.Watching.Serving;

/// <summary>The status page, its parts and its actions, and the same as JSON.</summary>
internal static class StatusEndpoints
{
    // nothing but this server's own files runs, and nothing shows the page within another
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors "
        + "'none'; base-uri 'none'";

    private const string Html = "text/html; charset=utf-8";

    private static readonly (string Name, string Type)[] Assets =
    [
        ("status.css", "text/css; charset=utf-8"),
        ("status.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ];

    public static void AddStatusPage(this IServiceCollection services)
    {
        services.AddSingleton<StatusTimeline>();
        services.AddSingleton<StatusReporter>();
        services.AddSingleton<StatusPages>();
        services.AddSingleton<OperatorGuard>();
    }

    public static void MapStatusPage(this WebApplication app)
    {
        var (reporter, pages) = (app.Services.GetRequiredService<StatusReporter>(), app.Services.GetRequiredService<StatusPages>());
        var group = app.MapGroup("").AddEndpointFilter(GuardAsync);
        group.MapGet("/", async (string? asked) =>
            Results.Content(await pages.StatusAsync(await reporter.NowAsync(), OperatorAction.Find(asked)?.Done), Html)
        );
        group.MapGet("/fragment", async () => Results.Content(await pages.FragmentAsync(await reporter.NowAsync()), Html));
        group.MapGet("/api/status", async () => Results.Content(StatusJson.Write(await reporter.NowAsync()), "application/json"));
        group.MapGet("/actions/{name}", async (string name) =>
            OperatorAction.Find(name) is { } action
                ? Results.Content(await pages.ConfirmAsync(await reporter.NowAsync(), action), Html)
                : Results.NotFound()
        );
        group.MapPost("/actions/{name}", ActAsync);
        foreach (var (name, type) in Assets)
        {
            byte[] content = Read(name);
            group.MapGet($"/assets/{name}", () => Results.Bytes(content, type));
        }
    }

    /// <summary>Lets in who may read, or act where it is a deed.</summary>
    private static async ValueTask<object?> GuardAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (request, response) = (context.HttpContext.Request, context.HttpContext.Response);
        var guard = context.HttpContext.RequestServices.GetRequiredService<OperatorGuard>();
        foreach (var (name, value) in Headers)
            response.Headers[name] = value;
        bool isDeed = !HttpMethods.IsGet(request.Method);
        if (isDeed && OperatorGuard.IsFromAnotherSite(request))
            return Refuse(context.HttpContext, StatusCodes.Status403Forbidden, "It was sent by a page of another site.");
        if (isDeed ? guard.MayAct(request) : guard.MayRead(request))
            return await next(context);
        response.Headers.WWWAuthenticate = OperatorGuard.Challenge;
        return Refuse(
            context.HttpContext,
            StatusCodes.Status401Unauthorized,
            request.Headers.Authorization.Count == 0
                ? "The operator's token is required: as password, or as 'Authorization: Bearer TOKEN'."
                : "The token is not this run's."
        );
    }

    private static IResult Refuse(HttpContext context, int code, string reason)
    {
        if (code != StatusCodes.Status401Unauthorized || context.Request.Headers.Authorization.Count > 0)
        {
            context
                .RequestServices.GetRequiredService<RefusalLog>()
                .Add($"{context.Connection.RemoteIpAddress}", $"{context.Request.Method} {context.Request.Path}: {reason}");
        }

        return Results.Text(reason + "\n", statusCode: code);
    }

    private static async Task<IResult> ActAsync(string name, HttpContext context, RunLoop loop, StatusReporter reporter, StatusPages pages)
    {
        if (OperatorAction.Find(name) is not { } action)
            return Results.NotFound();
        string? refusal = await action.TryAsync(loop);
        Log(context).Asked($"{context.Connection.RemoteIpAddress}", action.Name, refusal ?? action.Done);
        if (!context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
        {
            return Results.Text(
                (refusal ?? action.Done) + "\n",
                statusCode: refusal is null ? StatusCodes.Status202Accepted : StatusCodes.Status409Conflict
            );
        }

        return refusal is null
            // from actions/NAME, wherever a proxy has put that
            ? Results.Redirect($"../?asked={action.Name}", permanent: false, preserveMethod: false)
            : Results.Content(
                await pages.RefusedAsync(await reporter.NowAsync(), action, refusal),
                Html,
                Encoding.UTF8,
                StatusCodes.Status409Conflict
            );
    }

    private static ILogger Log(HttpContext context) => context.RequestServices.GetRequiredService<ILogger<RunLoop>>();

    // with no-referrer browsers would send this page's own posts with the origin 'null', and they would be refused
    private static readonly (string Name, string Value)[] Headers =
    [
        ("Content-Security-Policy", Policy),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ];

    private static byte[] Read(string name)
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the program has no '{name}' in it.");
        using var copy = new MemoryStream();
        resource.CopyTo(copy);
        return copy.ToArray();
    }
}
