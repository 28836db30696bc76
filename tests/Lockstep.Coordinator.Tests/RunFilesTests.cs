using AlexNet.Testing;
using Lockstep.Coordinator.Recording;
using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Checkpoints;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lockstep.Coordinator.Tests;

public sealed class RunFilesTests : IDisposable
{
    private readonly RunDirectory _run = new();
    private readonly RunLedger _ledger;

    public RunFilesTests() => _ledger = new RunLedger(_run.Options());

    private string Metrics => Path.Combine(_run.Path, CheckpointFiles.Metrics);

    [Fact]
    public void Replay_UpToAStep_ForgetsTheRestAndWritesOnBehindIt()
    {
        using var files = new RunFiles(_run.Options(), _ledger, TimeProvider.System, NullLogger<RunFiles>.Instance);
        for (int step = 1; step <= 4; step++)
            files.Write(Step(step));
        files.Write(
            new EpochDone
            {
                Epoch = 1,
                Step = 2,
                Metrics = { Measured.Top1(0.5).ToWire() },
            }
        );
        var aggregator = new StepAggregator();
        Replay(files, aggregator, 2);
        files.Write(Step(3));

        Assert.Equal((2L, 2L, 0.5), (aggregator.Steps, aggregator.LastEpoch?.Step, aggregator.Evaluations[^1].Metrics[0].Value));
        Assert.Equal(["1", "2", "2", "3"], Steps());
    }

    [Fact]
    public void Replay_LastLineCutShortByAKill_IsDropped()
    {
        using (var files = new RunFiles(_run.Options(), _ledger, TimeProvider.System, NullLogger<RunFiles>.Instance))
            files.Write(Step(1));
        File.AppendAllText(Metrics, """{"event":"step","step":2,"ep""");
        _ledger.Begin("run", drain: false); // and never ended: the next coordinator goes on
        using var next = new RunFiles(_run.Options(), _ledger, TimeProvider.System, NullLogger<RunFiles>.Instance);
        var aggregator = new StepAggregator();
        Replay(next, aggregator, long.MaxValue);
        next.Write(Step(2));
        Assert.Equal(1, aggregator.Steps);
        Assert.Equal(["1", "2"], Steps());
    }

    [Fact]
    public void Replay_InfiniteLoss_IsReadAgain()
    {
        using var files = new RunFiles(_run.Options(), _ledger, TimeProvider.System, NullLogger<RunFiles>.Instance);
        files.Write(
            new StepDone
            {
                Step = 1,
                Epoch = 1,
                Loss = double.PositiveInfinity,
                Samples = 16,
            }
        );
        var aggregator = new StepAggregator();
        Replay(files, aggregator, long.MaxValue);
        Assert.Equal(double.PositiveInfinity, aggregator.Loss);
    }

    [Fact]
    public void Replay_UpToAStep_TakesTheRestBackFromTensorBoardToo()
    {
        using (var files = new RunFiles(_run.Options(), _ledger, TimeProvider.System, NullLogger<RunFiles>.Instance))
        {
            Replay(files, new StepAggregator(), long.MaxValue);
            for (int step = 1; step <= 3; step++)
                files.Write(Step(step));
            Replay(files, new StepAggregator(), 2);
        }
        var events = TensorBoard.Records.EventsOf(_run.Path);
        Assert.Equal([1, 3], events.Where(e => e.SessionLog is not null).Select(e => e.Step));
        Assert.Equal([1, 2, 3], events.Where(e => e.Summary is not null).Select(e => e.Step));
    }

    [Fact]
    public void Write_ClassNames_KeepsThoseThatTheRunBeganWith()
    {
        using var files = new RunFiles(_run.Options(), _ledger, TimeProvider.System, NullLogger<RunFiles>.Instance);
        files.Write(["cat", "dog"]);
        files.Write(["another", "set"]);
        Assert.Equal(["cat", "dog"], Storage.Runs.ClassNames.Read(_run.Path, 2));
    }

    [Fact]
    public void Create_RunThatHasEnded_IsRefusedUnlessResumed()
    {
        _ledger.Begin("run", drain: false);
        using (var begun = new RunFiles(_run.Options(), _ledger, TimeProvider.System, NullLogger<RunFiles>.Instance))
            begun.Write(Step(1));
        new RunFiles(_run.Options(), _ledger, TimeProvider.System, NullLogger<RunFiles>.Instance).Dispose(); // a coordinator started again
        _ledger.Close(new(RunState.Finished, "done"));
        Assert.Contains(
            "--resume",
            Assert
                .Throws<BadInputException>(() => new RunFiles(_run.Options(), _ledger, TimeProvider.System, NullLogger<RunFiles>.Instance))
                .Message,
            StringComparison.Ordinal
        );
        _ledger.Dispose();
        using var resumed = new RunLedger(_run.Options(resume: true));
        new RunFiles(_run.Options(resume: true), resumed, TimeProvider.System, NullLogger<RunFiles>.Instance).Dispose();
    }

    [Theory]
    [InlineData("5")]
    [InlineData("{}")]
    [InlineData("{\"event\":\"step\",\"step\":\"two\"}")]
    [InlineData("{\"event\":\"other\",\"step\":2}")]
    [InlineData("\0\0\0")]
    public void Replay_LineThatIsNoRecord_IsLeftOutAndTold(string line)
    {
        using var files = Files(out var told);
        files.Write(Step(1));
        files.Write(Step(2));
        File.AppendAllText(Metrics, line + "\n");
        var aggregator = new StepAggregator();
        Replay(files, aggregator, long.MaxValue);
        Assert.Equal(2, aggregator.Steps);
        Assert.Equal(["1", "2"], Steps());
        Assert.EndsWith(": 1 line that cannot be read as a record", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_FileThatCannotBeOpened_CostsLinesAndIsToldOnce()
    {
        _ledger.Begin("run", drain: false);
        Directory.CreateDirectory(Metrics); // nobody, root included, can write to a directory
        using var files = Files(out var told);
        files.Write(Step(1));
        files.Write(Step(2));
        Assert.Contains("Steps are missing", Assert.Single(told), StringComparison.Ordinal);
        Directory.Delete(Metrics);
        files.Write(Step(3));
        Assert.Equal(["3"], Steps());
    }

    [Fact]
    public void Write_RunDirectoryDeletedAndMadeAgainByASave_EndsTheRun()
    {
        using var files = Files(out _);
        files.Write(Step(1));
        foreach (string file in Directory.GetFiles(_run.Path))
            File.Delete(file);
        string message = Assert.Throws<InvalidOperationException>(() => files.Write(Step(2))).Message;
        Assert.Contains($"run directory '{_run.Path}' is not there any more", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OnlyTheFileDeleted_BeginsAnotherFromThereOn()
    {
        using var files = Files(out _);
        files.Write(Step(1));
        File.Delete(Metrics);
        files.Write(Step(2));
        Assert.Equal(["2"], Steps());
    }

    public void Dispose()
    {
        _ledger.Dispose();
        _run.Dispose();
    }

    private RunFiles Files(out List<string> told)
    {
        var log = new ToldLog();
        told = log.Told;
        return new RunFiles(_run.Options(), _ledger, TimeProvider.System, log);
    }

    /// <summary>Tells an aggregator everything up to a step, and forgets the rest: the run goes on from there.</summary>
    private static void Replay(RunFiles files, StepAggregator aggregator, long last)
    {
        var recorded = files.Read(last);
        aggregator.Replay(recorded.Points.Select(p => p.ToEvent()));
        files.GoOn(recorded);
    }

    private sealed class ToldLog : ILogger<RunFiles>
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

    private IEnumerable<string> Steps() =>
        File.ReadLines(Metrics).Select(line => System.Text.Json.JsonElement.Parse(line).GetProperty("step").GetRawText());

    private static StepDone Step(long step) =>
        new()
        {
            Step = step,
            Epoch = 1,
            Loss = 1.5,
            Samples = 16,
            Rate = 0.01,
        };
}
