using System.Diagnostics;
using System.Security.Cryptography;
using Lockstep.Coordinator.Run;
using Lockstep.Coordinator.Workers;
using Lockstep.Core.Membership;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Coordinator.Tests.Run;

/// <summary>The loop with a real ledger, real files and a real clock: nobody waits on a checkpoint.</summary>
public sealed class RunLoopTests : IAsyncDisposable
{
    private readonly LoopOnDisk _run = new(options => options);
    private readonly Stopwatch _longest = new();
    private TimeSpan _longestReply;
    private string _slowest = "";

    private RunLoop Loop => _run.Loop;

    /// <summary>Two shards of 64 MiB, or with the long tests 2 GiB: verified, published, and restored from after a loss.</summary>
    [Fact]
    public async Task Ask_WhileACheckpointIsVerifiedPublishedAndRestoredFrom_IsAnsweredAtOnce()
    {
        long bytes = Environment.GetEnvironmentVariable("ALEXNET_LONG_TESTS") == "1" ? 1L << 30 : 64L << 20; // of each shard
        var (w0, w1) = (await JoinAsync("w0"), await JoinAsync("w1"));
        await UntilAsync(sight => sight.State == RunState.Forming);
        await ReadyAsync(w0, w1);
        await UntilAsync(sight => sight.State == RunState.Running);
        foreach (var session in new[] { w0, w1 })
            await SayAsync(session, new() { Step = Step(1) });
        string hash = await WriteShardsAsync(bytes);
        _longestReply = default; // what comes before has code to compile
        var begun = Stopwatch.StartNew();
        foreach (var (session, rank) in new[] { (w0, 0), (w1, 1) })
            await SayAsync(session, new() { Saved = SavedOf(rank, bytes, hash) });
        await UntilAsync(sight => sight.Timeline.Saves == 1, w0);
        var published = begun.Elapsed;
        Assert.Equal([1], new CheckpointStore(_run.Directory).List().Where(c => c.State == CheckpointState.Whole).Select(c => c.Step));

        await Loop.AskAsync(new Left(w1, "its connection closed"));
        await SayAsync(
            w0,
            new()
            {
                Stopped = new Stopped
                {
                    LostRank = 1,
                    Shards = 2,
                    Applied = 1,
                    Message = "worker w1 was lost",
                },
            }
        );
        await JoinAsync("w2");
        begun.Restart();
        await UntilAsync(sight => sight.Plan?.Generation == 2, w0);
        var restored = begun.Elapsed;
        Assert.Equal(1, (await Loop.LookAsync()).Plan?.StartStep);
        TestContext.Current.TestOutputHelper?.WriteLine(Told(bytes, published, restored));
        Assert.True(_longestReply < (published + restored) / 4, Told(bytes, published, restored));
    }

    /// <summary>The ledger's disk takes no more: the run ends, and those who ask are answered.</summary>
    [Fact]
    public async Task Ask_WhereTheLedgerCannotBeWritten_EndsTheRunAndAnswers()
    {
        await JoinAsync("w0");
        _run.Ledger.Dispose();
        await JoinAsync("w1"); // a generation would begin
        await UntilAsync(sight => sight.State == RunState.Failed);
        Assert.StartsWith("The coordinator failed: ", (await Loop.LookAsync()).Reason, StringComparison.Ordinal);
        Assert.Equal("The run is failed already.", await Loop.AskAsync(new StopWanted()));
    }

    /// <summary>A job ends, and its signal comes while the process of a finished run ends: nothing may throw on its thread.</summary>
    [Fact]
    public async Task TryEndInOrder_OnceTheLoopHasEnded_HasNothingToWaitFor()
    {
        await Loop.DisposeAsync();
        Assert.False(Loop.TryEndInOrder());
    }

    [Fact]
    public async Task TryEndInOrder_FromASignal_AnswersWhetherThereIsAnythingToWaitFor()
    {
        Assert.True(Loop.TryEndInOrder());
        Assert.Equal(RunState.Finished, (await Loop.LookAsync()).State);
        Assert.False(Loop.TryEndInOrder());
        Assert.Equal(3, Loop.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        await _run.DisposeAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => Loop.LookAsync());
    }

    private string Told(long bytes, TimeSpan published, TimeSpan restored) =>
        $"checkpoint of {2 * bytes / 1e9:0.00} GB: published in {published.TotalSeconds:0.00} s, verified for a restore in "
        + $"{restored.TotalSeconds:0.00} s; the longest reply, to {_slowest}, took {_longestReply.TotalMilliseconds:0.0} ms";

    private async Task<TAnswer> AskAsync<TAnswer>(RunInput<TAnswer> input)
    {
        _longest.Restart();
        var answer = await Loop.AskAsync(input);
        if (_longest.Elapsed is var taken && taken > _longestReply)
            (_longestReply, _slowest) = (taken, input.GetType().Name);
        return answer;
    }

    private async Task<WorkerSession> JoinAsync(string id)
    {
        var (refusal, session) = await AskAsync(new Joining(ScriptedRun.JoinOf(id)));
        Assert.Null(refusal);
        await AskAsync(new Said(session, new() { Loaded = ScriptedRun.LoadedOf() }));
        return session;
    }

    private async Task ReadyAsync(params WorkerSession[] sessions)
    {
        foreach (var session in sessions)
            await SayAsync(session, new() { Ready = new Ready { Transports = { Link.Types.Transport.Local, Link.Types.Transport.Grpc } } });
    }

    private async Task SayAsync(WorkerSession session, WorkerMessage message)
    {
        message.Generation = Loop.Generation.Number;
        Assert.Null(await AskAsync(new Said(session, message)));
    }

    /// <summary>Asks everything again and again until something is so.</summary>
    private async Task UntilAsync(Func<RunSight, bool> isSo, WorkerSession? alive = null)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        while (!isSo(await AskAsync(new Looked())))
        {
            await AskAsync(new TimePassed());
            if (alive is not null)
                await SayAsync(alive, new() { Alive = new Alive() });
            await Task.Delay(1, late.Token);
        }
    }

    /// <summary>Files of zeros, of which the disk holds nothing; returns their hash.</summary>
    private async Task<string> WriteShardsAsync(long bytes)
    {
        string directory = CheckpointFiles.Unfinished(_run.Directory, 1, Loop.Generation.Number);
        Directory.CreateDirectory(directory);
        string hash = "";
        foreach (int rank in new[] { 0, 1 })
        {
            await using var file = File.Create(Path.Combine(directory, CheckpointFiles.Shard(CheckpointFiles.Weights, rank, 2)));
            file.SetLength(bytes);
            file.Position = 0;
            if (rank == 0)
                hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file));
        }
        return hash;
    }

    private static Saved SavedOf(int rank, long bytes, string hash) =>
        new()
        {
            Step = 1,
            Shard = rank,
            Files =
            {
                new SavedFile
                {
                    Name = CheckpointFiles.Shard(CheckpointFiles.Weights, rank, 2),
                    Bytes = bytes,
                    Sha256 = hash,
                },
            },
        };

    private static StepReport Step(long step) =>
        new()
        {
            Step = step,
            Epoch = 1,
            Loss = 1,
            Samples = 64,
            Phases = new Phases { Total = 0.1 },
        };
}
