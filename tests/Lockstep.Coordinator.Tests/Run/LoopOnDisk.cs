using System.Diagnostics.Metrics;
using Lockstep.Coordinator.Checkpoints;
using Lockstep.Coordinator.Recording;
using Lockstep.Coordinator.Run;
using Lockstep.Hosting;
using Lockstep.Storage.Checkpoints;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lockstep.Coordinator.Tests.Run;

/// <summary>The run's loop with a real ledger, real files and a real clock, in a directory of its own.</summary>
internal sealed class LoopOnDisk : IAsyncDisposable
{
    private readonly RunDirectory _directory = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly RunFiles _files;

    /// <param name="change">The change of the settings, which are those of quickstart.</param>
    public LoopOnDisk(Func<CoordinatorOptions, CoordinatorOptions> change)
    {
        var options = change(_directory.Options());
        var clock = new SteadyClock();
        var checkpoints = new CheckpointStore(_directory.Path);
        Ledger = new RunLedger(options);
        _files = new RunFiles(options, Ledger, TimeProvider.System, NullLogger<RunFiles>.Instance);
        var timeline = new StatusTimeline();
        var goodput = new GoodputRecorder(options, Ledger, clock);
        var metrics = new CoordinatorMetrics(
            _services.GetRequiredService<IMeterFactory>(),
            options,
            Ledger,
            checkpoints,
            goodput,
            TimeProvider.System
        );
        var record = new RunRecorder(options, new EventStream(timeline, clock), _files, metrics, goodput, NullLogger<RunRecorder>.Instance);
        var effects = new RunEffects(
            Ledger,
            record,
            _files,
            checkpoints,
            new CheckpointPublisher(options, checkpoints, new RunBucket(null)),
            new ProcessEnding(options, new NoLifetime(), clock),
            NullLogger<RunEffects>.Instance
        );
        Loop = new RunLoop(options, RunPast.Of(Ledger, _files, checkpoints), effects, timeline, goodput, clock);
    }

    public RunLoop Loop { get; }

    public RunLedger Ledger { get; }

    /// <summary>Path of the run's directory.</summary>
    public string Directory => _directory.Path;

    public async ValueTask DisposeAsync()
    {
        await Loop.DisposeAsync();
        _files.Dispose();
        Ledger.Dispose();
        await _services.DisposeAsync();
        _directory.Dispose();
    }

    private sealed class NoLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() { }
    }
}
