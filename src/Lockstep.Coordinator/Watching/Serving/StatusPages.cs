using Lockstep.Coordinator.Watching.Pages;
using Lockstep.Core.Status;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Lockstep.Coordinator.Watching.Serving;

/// <summary>Renders the pages; nothing of them runs in a browser but the few lines that fetch the next state.</summary>
internal sealed class StatusPages(IServiceProvider services, ILoggerFactory loggers)
{
    /// <summary>The whole page.</summary>
    /// <param name="status">The run's.</param>
    /// <param name="notice">What an action has led to; null for nothing.</param>
    public Task<string> StatusAsync(RunStatus status, string? notice = null) =>
        RenderAsync<StatusDocument>(new() { [nameof(StatusDocument.Status)] = status, [nameof(StatusDocument.Notice)] = notice });

    /// <summary>The parts of it that change, for the page to take over.</summary>
    public Task<string> FragmentAsync(RunStatus status) => RenderAsync<StatusBody>(new() { [nameof(StatusBody.Status)] = status });

    /// <summary>The question before an action.</summary>
    public Task<string> ConfirmAsync(RunStatus status, OperatorAction action) =>
        RenderAsync<ConfirmDocument>(
            new()
            {
                [nameof(ConfirmDocument.Status)] = status,
                [nameof(ConfirmDocument.Name)] = action.Name,
                [nameof(ConfirmDocument.Label)] = action.Label,
                [nameof(ConfirmDocument.Question)] = action.Question ?? action.Done,
            }
        );

    /// <summary>Why an action cannot be done now.</summary>
    public Task<string> RefusedAsync(RunStatus status, OperatorAction action, string why) =>
        RenderAsync<RefusedDocument>(
            new()
            {
                [nameof(RefusedDocument.Status)] = status,
                [nameof(RefusedDocument.Label)] = action.Label,
                [nameof(RefusedDocument.Why)] = why,
            }
        );

    private async Task<string> RenderAsync<T>(Dictionary<string, object?> parameters)
        where T : IComponent
    {
        await using var renderer = new HtmlRenderer(services, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<T>(ParameterView.FromDictionary(parameters))).ToHtmlString()
        );
    }
}
