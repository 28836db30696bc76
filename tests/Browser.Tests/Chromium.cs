using AlexNet.Testing;
using PuppeteerSharp;

namespace Browser.Tests;

/// <summary>Debian's Chromium without a window, for the tests of one class.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Program = "chromium";

    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (InstalledProgram.Find(Program) is { } path && Environment.GetEnvironmentVariable("ALEXNET_LONG_TESTS") == "1")
        {
            _browser = await Puppeteer.LaunchAsync(
                new LaunchOptions
                {
                    ExecutablePath = path,
                    Headless = true,
                    Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
                }
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
    }

    /// <summary>A new tab; skips the test where there is no browser.</summary>
    internal async Task<Tab> OpenAsync(int width = 1280, int height = 900, bool dark = false, bool scripts = true)
    {
        Assert.SkipWhen(_browser is null, "needs Chromium (Debian's package 'chromium').");
        var context = await _browser.CreateBrowserContextAsync();
        var page = await context.NewPageAsync();
        await page.SetViewportAsync(
            new ViewPortOptions
            {
                Width = width,
                Height = height,
                DeviceScaleFactor = width < 600 ? 2 : 1,
                IsMobile = width < 600,
            }
        );
        await page.EmulateMediaFeaturesAsync([
            new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = dark ? "dark" : "light" },
        ]);
        await page.SetJavaScriptEnabledAsync(scripts);
        return new Tab(page);
    }
}
