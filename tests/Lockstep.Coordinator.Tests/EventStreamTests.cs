using Lockstep.Coordinator.Recording;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Tests;

public sealed class EventStreamTests
{
    private readonly EventStream _stream = new(new StatusTimeline(), new SteadyClock());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAsync_LateComer_HearsAllButTheOldestSteps()
    {
        _stream.Add(
            new()
            {
                State = new() { State = StateChanged.Types.State.Running, Reason = "Workers are training." },
            }
        );
        for (int step = 1; step <= 1_500; step++)
            _stream.Add(new() { Step = new() { Step = step } });
        _ = _stream.Close();
        var heard = await _stream.ReadAsync(Stop).SelectMany(entries => entries).ToListAsync(Stop);
        Assert.Equal(StateChanged.Types.State.Running, heard[0].State.State);
        Assert.Equal(Enumerable.Range(501, 1_000), heard.Skip(1).Select(e => (int)e.Step.Step));
    }

    [Fact]
    public async Task ReadAsync_WhileStepsAreForgotten_GoesOnInOrder()
    {
        var heard = new List<long>();
        for (int step = 1; step <= 10; step++)
            _stream.Add(new() { Step = new() { Step = step } });
        await foreach (var entries in _stream.ReadAsync(Stop))
        {
            heard.AddRange(entries.Select(e => e.Step.Step));
            if (heard.Count != 10)
                continue;
            for (int step = 11; step <= 2_000; step++)
                _stream.Add(new() { Step = new() { Step = step } });
            _ = _stream.Close();
        }
        Assert.Equal([.. Enumerable.Range(1, 10), .. Enumerable.Range(1_001, 1_000)], heard);
    }

    [Fact]
    public async Task ReadAsync_ShortSteps_ComeTogetherAndOthersAtOnce()
    {
        var groups = new List<int>();
        await foreach (var entries in Read())
            groups.Add(entries.Count);
        Assert.Equal(201, groups.Sum());
        Assert.InRange(groups.Count, 1, 50);

        async IAsyncEnumerable<IReadOnlyList<RunEvent>> Read()
        {
            var adding = Task.Run(AddAsync, Stop);
            await foreach (var entries in _stream.ReadAsync(Stop))
                yield return entries;
            await adding;
        }

        async Task AddAsync()
        {
            for (int step = 1; step <= 200; step++)
            {
                _stream.Add(new() { Step = new() { Step = step } });
                await Task.Yield();
            }
            _stream.Add(new() { Finished = new() });
            _ = _stream.Close();
        }
    }

    /// <summary>A month of training is some ten million steps.</summary>
    [Fact]
    public void Add_StepsAndCheckpointsOfALongRun_TakeNoMoreMemory()
    {
        for (int step = 1; step <= 20_000; step++)
        {
            _stream.Add(new() { Step = new() { Step = step } });
            if (step % 10 == 0)
                _stream.Add(new() { Checkpoint = new() { Step = step } });
        }
        Assert.Equal(1_000, _stream.Count);
    }
}
