using Lockstep.Hosting.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lockstep.Coordinator.Tests;

/// <summary>What the log says of callers: those that are turned away, once; nothing of a health check or a scrape.</summary>
public class RefusalLogTests
{
    private readonly Clock _clock = new();
    private readonly Lines _lines = new();

    [Fact]
    public void Add_TheSameCallerAgain_IsToldOnceAnHour()
    {
        var refusals = new RefusalLog(_lines, _clock);
        for (int i = 0; i < 1000; i++)
        {
            refusals.Add($"10.0.0.9:{40_000 + i}", "/metrics: it gave no token"); // each connection has another port
            _clock.Now += TimeSpan.FromSeconds(1);
        }
        Assert.Equal(["Refused 10.0.0.9:40000: /metrics: it gave no token"], _lines.Told);
        _clock.Now += TimeSpan.FromHours(1);
        refusals.Add("10.0.0.9:5", "/metrics: it gave no token");
        Assert.Equal("Refused 10.0.0.9:5, and 999 more times since the last report: /metrics: it gave no token", _lines.Told[^1]);
    }

    [Fact]
    public void Add_AnotherCallerOrAnotherReason_IsTold()
    {
        var refusals = new RefusalLog(_lines, _clock);
        refusals.Add("10.0.0.9:1", "its token is not this run's");
        refusals.Add("10.0.0.8:1", "its token is not this run's");
        refusals.Add("10.0.0.9:1", "it gave no token");
        Assert.Equal(3, _lines.Told.Count);
    }

    [Fact]
    public void AddAccess_ARunWithoutCookies_MakesNoKeysAndSaysNothingOfCallersWithoutAToken()
    {
        var services = new ServiceCollection();
        services.AddAccess(new RunTokens("join", "operator"), tls: null, Roles.Coordinator);
        Assert.DoesNotContain(services, s =>
            s.ServiceType.FullName?.Contains("DataProtection", StringComparison.Ordinal) == true || s.ServiceType == typeof(IHostedService)
        );
        using var provider = services.BuildServiceProvider();
        var filters = provider.GetRequiredService<IOptions<LoggerFilterOptions>>().Value.Rules;
        Assert.Contains(filters, r => r is { CategoryName: "Lockstep.Hosting.Security.RunAuthentication", LogLevel: LogLevel.Warning });
        Assert.NotNull(provider.GetRequiredService<IAuthenticationSchemeProvider>());
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }

    private sealed class Lines : ILogger<RefusalLog>
    {
        public List<string> Told { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Told.Add(formatter(state, exception));
    }
}
