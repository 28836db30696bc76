using Lockstep.Protocol.V1;
using Lockstep.Worker.Control;

namespace Lockstep.Worker.Tests.Control;

/// <summary>What a worker says to a coordinator that is away for a while.</summary>
public sealed class OutgoingTests
{
    private readonly Outgoing _outgoing = new();

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

    private async Task<List<WorkerMessage>> QueuedAsync()
    {
        _outgoing.Complete();
        return await _outgoing.Queue.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }

    private static WorkerMessage Step(long step) => new() { Step = new StepReport { Step = step } };

    private static WorkerMessage Saved(long step) => new() { Saved = new Saved { Step = step } };
}
