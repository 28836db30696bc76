using AlexNet.Coordinator.Watching;
using AlexNet.Core.Membership;
using AlexNet.Core.Status;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AlexNet.Coordinator.Tests.Watching;

public sealed class StatusPagesTests : IDisposable
{
    private readonly RunDirectory _run = new();
    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();
    private readonly StatusPages _pages;

    public StatusPagesTests() => _pages = new StatusPages(_services, NullLoggerFactory.Instance);

    public void Dispose()
    {
        _services.Dispose();
        _run.Dispose();
    }

    [Fact]
    public async Task StatusAsync_ARunThatTrains_IsAPageThatNeedsNoScript()
    {
        string page = await _pages.StatusAsync(Of(Sights.Training));
        Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.Ordinal);
        foreach (string text in (string[])["<h1>quickstart</h1>", "Training goes well on 2 workers.", "58 s", "652", "0.3112", "replica 0, shard 1", "step 200 done", "<h2 id=\"events-title\">"])
            Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.Contains("<noscript><meta http-equiv=\"refresh\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", page, StringComparison.Ordinal); // the policy forbids it
        Assert.Equal(1, page.Split("<script").Length - 1);
    }

    [Fact]
    public async Task FragmentAsync_WordsOfOthers_AreText()
    {
        string evil = "<script>alert(1)</script>\"'";
        string fragment = await _pages.FragmentAsync(Of(Sights.Training with { Reason = evil, Workers = [Sights.Seen(evil, 0, null, 0)] }));
        Assert.DoesNotContain("<script", fragment, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", fragment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FragmentAsync_ATroubledWorker_IsToldOnTop()
    {
        string fragment = await _pages.FragmentAsync(Of(Sights.Training with { Workers = [Sights.Seen("w0", 0, Sights.Step(200), secondsAgo: 4)] }));
        int alert = fragment.IndexOf("Worker w0 (replica 0, shard 0) is hung.", StringComparison.Ordinal);
        Assert.InRange(alert, 0, fragment.IndexOf("<progress", StringComparison.Ordinal));
        Assert.Contains("It has said nothing for 4.0 s", fragment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FragmentAsync_ARunThatIsOver_HasNothingToAskFor()
    {
        Assert.Contains("/actions/stop", await _pages.FragmentAsync(Of(Sights.Training)), StringComparison.Ordinal);
        Assert.DoesNotContain("/actions/", await _pages.FragmentAsync(Of(Sights.Training with { State = RunState.Failed })), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfirmAsync_Stop_SaysWhatIsLost()
    {
        string page = await _pages.ConfirmAsync(Of(Sights.Training), OperatorAction.Stop);
        Assert.Contains("What was trained since the newest checkpoint is lost", page, StringComparison.Ordinal);
        Assert.Contains("<form method=\"post\" action=\"/actions/stop\">", page, StringComparison.Ordinal);
    }

    private RunStatus Of(RunSight sight) => StatusBuilder.Of(sight, _run.Options(), []);
}
