using PuppeteerSharp;

namespace Browser.Tests;

/// <summary>A tab of the browser, which remembers what went wrong in it.</summary>
internal sealed class Tab : IAsyncDisposable
{
    private readonly List<string> _problems = [];

    public Tab(IPage page)
    {
        Page = page;
        page.Console += (_, e) => Add(e.Message.Type is ConsoleType.Error or ConsoleType.Warning ? e.Message.Text : null);
        page.PageError += (_, e) => Add(e.Message);
    }

    public IPage Page { get; }

    /// <summary>Errors of scripts and what the page's own policy has blocked.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_problems)
                return [.. _problems];
        }
    }

    /// <summary>Goes to an address.</summary>
    public Task GoAsync(string url) => Page.GoToAsync(url, WaitUntilNavigation.DOMContentLoaded);

    /// <summary>What a person reads on it.</summary>
    public Task<string> TextAsync() => Page.EvaluateExpressionAsync<string>("document.body.innerText");

    /// <summary>Returns once a condition in the page's own language holds.</summary>
    /// <exception cref="TimeoutException">It did not in time; with what the page shows.</exception>
    public async Task WaitAsync(string condition, TimeSpan deadline)
    {
        try
        {
            await Page.WaitForFunctionAsync(
                $"() => {condition}",
                new WaitForFunctionOptions { Timeout = (int)deadline.TotalMilliseconds, PollingInterval = 50 }
            );
        }
        catch (WaitTaskTimeoutException)
        {
            throw new TimeoutException(
                $"'{condition}' did not come true within {deadline.TotalSeconds:0.0} s. The page shows:\n{await TextAsync()}"
            );
        }
    }

    /// <summary>Clicks, and returns when the next page is there.</summary>
    public async Task ClickThroughAsync(string selector)
    {
        var next = Page.WaitForNavigationAsync(new NavigationOptions { WaitUntil = [WaitUntilNavigation.DOMContentLoaded] });
        await Page.ClickAsync(selector);
        await next;
    }

    public async ValueTask DisposeAsync() => await Page.BrowserContext.CloseAsync();

    private void Add(string? problem)
    {
        lock (_problems)
        {
            if (problem is not null)
                _problems.Add(problem);
        }
    }
}
