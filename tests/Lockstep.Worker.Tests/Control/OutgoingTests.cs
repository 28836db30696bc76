using Lockstep.Protocol.V1;
using Lockstep.Worker.Control;
using Microsoft.Extensions.Time.Testing;

namespace Lockstep.Worker.Tests.Control;

/// <summary>What a worker says to a coordinator that is away for a while.</summary>
public sealed class OutgoingTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Outgoing _outgoing;

    public OutgoingTests() => _outgoing = new(_time);

    public void Dispose() => _outgoing.Dispose();

    [Fact]
    public void Add_ShortSteps_QueuesThemInGroupsAndInOrder()
    {
        var groups = new List<string>();
        for (long step = 1; step <= 8; step++)
        {
            _outgoing.Add(Step(step));
            _time.Advance(TimeSpan.FromMilliseconds(25));
            groups.Add(string.Join(' ', Queued().Select(m => m.Step.Step)));
        }
        Assert.Equal(["1", "2", "", "3 4", "", "5 6", "", "7 8"], groups);
    }

    [Fact]
    public void Add_AnotherMessage_GoesAtOnceBehindTheStepsBeforeIt()
    {
        foreach (long step in new long[] { 1, 2, 3 })
            _outgoing.Add(Step(step));
        Assert.Single(Queued());
        _outgoing.Add(Saved(3));
        Assert.Equal(["Step", "Step", "Saved"], Queued().Select(m => $"{m.MessageCase}"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(Queued());
    }

    [Fact]
    public async Task SendAgain_AfterALoss_SendsWhatIsNotRecordedOnce()
    {
        foreach (long step in new long[] { 1, 2, 3 })
            _outgoing.Add(Step(step));
        _outgoing.Lose();
        _outgoing.Add(Step(4));
        _outgoing.SendAgain(recorded: 2);
        Assert.Equal([3, 4], (await QueuedAsync()).Select(m => m.Step.Step));
    }

    [Fact]
    public void GiveUpOldSaves_WhileSomebodyHears_GivesUpNone()
    {
        foreach (long step in new long[] { 1, 2, 3 })
            _outgoing.Add(Saved(step));
        Assert.Empty(_outgoing.GiveUpOldSaves(1));
    }

    [Fact]
    public async Task GiveUpOldSaves_WhileNobodyHears_KeepsTheNewestAlone()
    {
        _outgoing.Lose();
        foreach (long step in new long[] { 1, 2, 3 })
            _outgoing.Add(Saved(step));
        Assert.Equal([1], _outgoing.GiveUpOldSaves(2).Select(s => s.Step));
        Assert.Empty(_outgoing.GiveUpOldSaves(2));
        _outgoing.SendAgain(recorded: 0);
        Assert.Equal([2, 3], (await QueuedAsync()).Select(m => m.Saved.Step));
    }

    [Fact]
    public async Task Forget_SavesOfWhichSomethingHasBecome_AreNotSentAgain()
    {
        foreach (long step in new long[] { 5, 10 })
            _outgoing.Add(Saved(step));
        _outgoing.Forget(recorded: 0, saved: 5);
        _outgoing.Lose();
        _outgoing.SendAgain(recorded: 0);
        Assert.Equal([10], (await QueuedAsync()).Select(m => m.Saved.Step));
    }

    private List<WorkerMessage> Queued()
    {
        var found = new List<WorkerMessage>();
        while (_outgoing.Queue.TryRead(out var message))
            found.Add(message);
        return found;
    }

    private async Task<List<WorkerMessage>> QueuedAsync()
    {
        _outgoing.Complete();
        return await _outgoing.Queue.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }

    private static WorkerMessage Step(long step) => new() { Step = new StepReport { Step = step } };

    private static WorkerMessage Saved(long step) => new() { Saved = new Saved { Step = step } };
}
