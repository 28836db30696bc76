using System.Diagnostics;
using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Hosting;
using PuppeteerSharp;

namespace Browser.Tests;

/// <summary>
/// The status page as a person sees it: in a browser, live, without scripts, with its buttons, and when a worker is slow, hung or gone.
/// </summary>
public sealed class StatusPageTests(Chromium chromium, ITestOutputHelper log) : IClassFixture<Chromium>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4),
        Told = TimeSpan.FromSeconds(5);
    private static readonly string[] LongRun =
    [
        "quickstart",
        "--threads",
        "1",
        "--batch",
        "16",
        "--epochs",
        "1000",
        "--set",
        "data.generated.train=640",
        "--set",
        "data.generated.test=64",
    ];

    [Fact]
    public async Task The_page_follows_the_run_without_being_loaded_again()
    {
        LongTests.Require();
        using var folder = new TemporaryFolder();
        await using var alexnet = AlexnetProcess.Train(folder["run"], LongRun);
        await using var tab = await OpenAsync(alexnet, steps: 5);
        await tab.Page.EvaluateExpressionAsync("window.loaded = 'once'");
        long before = await StepAsync(tab);
        await tab.WaitAsync($"{Step} > {before}", Told);
        Assert.Equal("once", await tab.Page.EvaluateExpressionAsync<string>("window.loaded"));
        Assert.Contains("Training goes well on 2 workers.", await tab.TextAsync(), StringComparison.Ordinal);
        Assert.Empty(tab.Problems);
    }

    [Fact]
    public async Task The_page_is_complete_and_fresh_without_scripts()
    {
        LongTests.Require();
        using var folder = new TemporaryFolder();
        await using var alexnet = AlexnetProcess.Train(folder["run"], LongRun);
        await using var tab = await OpenAsync(alexnet, steps: 5, scripts: false);
        string text = await tab.TextAsync();
        foreach (
            string expected in (string[])["quickstart", "replica 0, shard 1", "Images per second", "Generation 1 begins", "Checkpoints"]
        )
        {
            Assert.Contains(expected, text, StringComparison.Ordinal);
        }

        long before = await StepAsync(tab);
        await tab.Page.WaitForNavigationAsync(
            new NavigationOptions { Timeout = (int)Told.TotalMilliseconds, WaitUntil = [WaitUntilNavigation.DOMContentLoaded] }
        ); // by itself
        Assert.True(await StepAsync(tab) > before, "it shows the same step again");
    }

    [Fact]
    public async Task The_buttons_save_and_drain_once_the_token_is_given()
    {
        LongTests.Require();
        using var folder = new TemporaryFolder();
        await using var alexnet = AlexnetProcess.Train(folder["run"], LongRun);
        await using var tab = await OpenAsync(alexnet, steps: 5);
        await tab.Page.AuthenticateAsync(new Credentials { Username = "operator", Password = OperatorTokenFile.TryRead(folder["run"]) });
        await tab.ClickThroughAsync("form[action='actions/save'] button");
        Assert.Contains("all workers save after the same step", await tab.TextAsync(), StringComparison.Ordinal);
        await alexnet.WaitForAsync("checkpoint", Deadline);
        await tab.WaitAsync("document.querySelector('#checkpoints tbody .pill.good')", Told);

        await tab.ClickThroughAsync("a[href='actions/drain']");
        Assert.Contains("It can be resumed from there", await tab.TextAsync(), StringComparison.Ordinal);
        await tab.ClickThroughAsync("form button");
        Assert.Equal(ExitCodes.Interrupted, await alexnet.ExitCodeAsync(Deadline));
        await tab.WaitAsync("!document.getElementById('offline').hidden", Deadline); // and what was there stays to be read
        Assert.Contains("Workers", await tab.TextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("slow", "is slow", "forward of step 31")]
    [InlineData("hang", "is hung", "forward of step 31")]
    [InlineData("kill", "is gone", "onnection")]
    public async Task A_worker_in_trouble_is_told_within_five_seconds_with_the_reason(string fault, string verdict, string reason)
    {
        LongTests.Require();
        using var folder = new TemporaryFolder();
        await using var alexnet = AlexnetProcess.TrainWithFault(folder["run"], $"{fault}@0.1:30:forward", LongRun);
        await using var tab = await OpenAsync(alexnet, steps: 1);
        var clock = await StruckAsync(folder["run"]);
        await tab.WaitAsync(
            $"[...document.querySelectorAll('.alert')].some(a => a.innerText.includes('{verdict}') && a.innerText.includes('{reason}'))",
            Told
        );
        log.WriteLine($"{fault}: told after {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.True(clock.Elapsed < Told, $"it was told after {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.Contains(
            "w1",
            await tab.Page.EvaluateExpressionAsync<string>("document.querySelector('.alert').innerText"),
            StringComparison.Ordinal
        );
        Assert.Empty(tab.Problems);
    }

    /// <summary>Pictures of the page, for a person to look at; those in docs/ were made so.</summary>
    [Fact]
    public async Task The_page_is_pictured_light_and_dark_wide_and_narrow()
    {
        LongTests.Require();
        using var folder = new TemporaryFolder();
        string pictures = Environment.GetEnvironmentVariable("ALEXNET_PICTURES") ?? folder["pictures"];
        Directory.CreateDirectory(pictures);
        await using var alexnet = AlexnetProcess.TrainWithFault(
            folder["run"],
            "kill@1.0:30:backward",
            [
                "quickstart",
                "--threads",
                "1",
                "--shards",
                "2",
                "--replicas",
                "2",
                "--set",
                "data.generated.train=2560",
                "--set",
                "data.generated.test=400",
                "--set",
                "checkpoint.everySteps=25",
            ]
        );
        await using var first = await OpenAsync(alexnet, steps: 100);
        foreach (
            var (name, width, dark) in ((string, int, bool)[])
                [("wide-light", 1280, false), ("wide-dark", 1280, true), ("narrow-light", 390, false), ("narrow-dark", 390, true)]
        )
        {
            await using var tab = await chromium.OpenAsync(width, dark: dark);
            await tab.GoAsync(first.Page.Url);
            string file = Path.Combine(pictures, $"status-{name}.png");
            await tab.Page.ScreenshotAsync(file, new ScreenshotOptions { FullPage = true });
            Assert.True(
                await tab.Page.EvaluateExpressionAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
                $"{name}: it is wider than the screen"
            );
        }
    }

    private const string Step = "Number(document.querySelector('.tiles dd').firstChild.textContent.replaceAll(',', ''))";

    private static Task<long> StepAsync(Tab tab) => tab.Page.EvaluateExpressionAsync<long>(Step);

    private async Task<Tab> OpenAsync(AlexnetProcess alexnet, int steps, bool scripts = true)
    {
        var started = await alexnet.WaitForAsync("started", Deadline);
        await alexnet.WaitForAsync("step", Deadline, e => e.GetProperty("step").GetInt64() >= steps);
        var tab = await chromium.OpenAsync(scripts: scripts);
        await tab.GoAsync(started.GetProperty("status_page").GetString() ?? "");
        return tab;
    }

    /// <summary>Returns when the fault has struck, with a clock that runs from then on.</summary>
    private static async Task<Stopwatch> StruckAsync(string run)
    {
        using var timeout = new CancellationTokenSource(Deadline);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await timer.WaitForNextTickAsync(timeout.Token))
        {
            string path = Path.Combine(run, "logs", "w1.log");
            if (!File.Exists(path))
                continue;
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            if ((await reader.ReadToEndAsync(timeout.Token)).Contains("Injected fault", StringComparison.Ordinal))
                break;
        }
        return Stopwatch.StartNew();
    }
}
