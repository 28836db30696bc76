using System.Text.RegularExpressions;
using Lockstep.Coordinator.Run;
using Lockstep.Coordinator.Watching;
using Lockstep.Coordinator.Watching.Serving;
using Lockstep.Core.Membership;
using Lockstep.Core.Status;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lockstep.Coordinator.Tests.Watching;

public sealed partial class StatusPagesTests : IDisposable
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
        foreach (
            string text in (string[])
                [
                    "<h1>plain</h1>",
                    "Training goes well on 2 workers.",
                    "58 s",
                    "652",
                    "0.3112",
                    "replica 0, shard 1",
                    "step 200 done",
                    "<h2 id=\"events-title\">",
                ]
        )
        {
            Assert.Contains(text, page, StringComparison.Ordinal);
        }

        Assert.Contains("<noscript><meta http-equiv=\"refresh\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", page, StringComparison.Ordinal); // the policy forbids it
        Assert.Equal(1, page.Split("<script").Length - 1);
    }

    /// <summary>A net of a program's own measures what it likes; the page shows that, and claims no accuracy.</summary>
    [Fact]
    public async Task StatusAsync_ARunWithMetricsOfItsOwn_ShowsThem()
    {
        var status = Of(Sights.Training);
        var progress = status.Progress with
        {
            Metrics = [new("test_loss", 0.5), new("perplexity", 31.25)],
            Objective = "test_loss",
            Best = 0.4,
        };
        var curves = new CurvesStatus
        {
            Loss = status.Curves.Loss,
            Metrics = new Dictionary<string, IReadOnlyList<CurvePoint>> { ["perplexity"] = [new(100, 40, 40, 40), new(200, 31, 31, 31)] },
        };
        string page = await _pages.StatusAsync(status with { Progress = progress, Curves = curves });
        foreach (string text in (string[])["<dt>test loss</dt><dd>0.5000", "best 0.4000", "Perplexity on the test set", "31.2500"])
            Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.DoesNotContain("ccuracy", page, StringComparison.Ordinal);
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
        string fragment = await _pages.FragmentAsync(
            Of(Sights.Training with { Workers = [Sights.Seen("w0", 0, Sights.Step(200), secondsAgo: 4)] })
        );
        int alert = fragment.IndexOf("Worker w0 (replica 0, shard 0) is hung.", StringComparison.Ordinal);
        Assert.InRange(alert, 0, fragment.IndexOf("<progress", StringComparison.Ordinal));
        Assert.Contains("It has said nothing for 4.0 s", fragment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FragmentAsync_ARunThatIsOver_HasNothingToAskFor()
    {
        Assert.Contains("\"actions/stop\"", await _pages.FragmentAsync(Of(Sights.Training)), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "actions/",
            await _pages.FragmentAsync(Of(Sights.Training with { State = RunState.Failed })),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task ConfirmAsync_Stop_SaysWhatIsLost()
    {
        string page = await _pages.ConfirmAsync(Of(Sights.Training), OperatorAction.Stop);
        Assert.Contains("What was trained since the newest checkpoint is lost", page, StringComparison.Ordinal);
        Assert.Contains("<form method=\"post\" action=\"stop\">", page, StringComparison.Ordinal);
    }

    /// <summary>Behind a reverse proxy the page's root is not the site's: JupyterHub's /user/me/proxy/5001/, an ingress' path.</summary>
    [Fact]
    public async Task EveryPage_ItsAddresses_StayBelowWhereItIs()
    {
        var status = Of(Sights.Training);
        string[] root = [await _pages.StatusAsync(status, "Asked."), await _pages.FragmentAsync(status)];
        string[] below =
        [
            await _pages.ConfirmAsync(status, OperatorAction.Drain),
            await _pages.RefusedAsync(status, OperatorAction.Save, "The run has ended already."),
        ];
        foreach (
            var (pages, at) in new[] { (root, "http://hub/user/me/proxy/5001/"), (below, "http://hub/user/me/proxy/5001/actions/drain") }
        )
        {
            foreach (string address in pages.SelectMany(page => Addresses().Matches(page).Select(m => m.Groups[1].Value)))
            {
                Assert.False(address.StartsWith('/'), address);
                Assert.StartsWith("http://hub/user/me/proxy/5001/", new Uri(new Uri(at), address).ToString(), StringComparison.Ordinal);
            }
        }

        Assert.Contains("href=\"../\"", below[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task StatusAsync_AfterALoss_TellsItOnce()
    {
        const string loss = "worker w1 (replica 0, shard 1), process 2 on b, was lost during reduce 3 of step 41: connection lost";
        var status = Of(Sights.Training) with
        {
            State = "settling",
            Reason = loss,
            Workers =
            [
                new()
                {
                    Id = "w1",
                    Replica = 0,
                    Shard = 1,
                    Host = "b",
                    ProcessId = 2,
                    Health = WorkerHealth.Gone,
                    Why = WorkerDiagnosis.Sentence(loss),
                },
            ],
            Events =
            [
                new(DateTimeOffset.UnixEpoch, "worker", "Worker w1 is gone", WorkerDiagnosis.Sentence(loss), true),
                new(DateTimeOffset.UnixEpoch, "state", "The generation ends", loss, true),
            ],
        };
        Assert.Equal(1, (await _pages.StatusAsync(status)).Split("reduce 3 of step 41").Length - 1);
        Assert.Equal(
            1,
            (await _pages.StatusAsync(status with { State = "waiting", Reason = "1 of 2 workers have joined." }))
                .Split("reduce 3 of step 41")
                .Length - 1
        );
    }

    [GeneratedRegex("(?:href|src|action)=\"([^\"#]+)\"")]
    private static partial Regex Addresses();

    private RunStatus Of(RunSight sight) => StatusBuilder.Of(sight, _run.Options(), []);
}
