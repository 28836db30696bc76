using Lockstep.Torch.Modules;
using Lockstep.Worker.Applications;

namespace Lockstep.Worker.Tests.Applications;

/// <summary>Where a program's loop and the training meet; each side is a thread here.</summary>
public sealed class HandoverTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Handover _handover = new();

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_step_is_made_when_the_training_comes_to_the_next()
    {
        var asking = Ask();
        Await(0);
        Assert.False(asking.IsCompleted);
        var next = Task.Run(() => Await(1), Ends);

        Assert.True(await asking.WaitAsync(Deadline, Ends));
        Assert.False(next.IsCompleted); // nobody has asked for it
        var second = Ask();
        await next.WaitAsync(Deadline, Ends);
        _handover.End();
        Assert.True(await second.WaitAsync(Deadline, Ends));
    }

    [Fact]
    public async Task A_step_that_is_broken_off_is_made_again_by_the_same_asking()
    {
        var asking = Ask();
        Await(3);
        Await(3); // in the next generation
        Assert.False(asking.IsCompleted);
        Await(2); // from a checkpoint
        Assert.False(asking.IsCompleted);
        _handover.End();
        Assert.True(await asking.WaitAsync(Deadline, Ends));
    }

    [Fact]
    public async Task Who_asks_after_the_last_step_hears_that_the_run_is_over()
    {
        var asking = Ask();
        Await(0);
        _handover.End();
        Assert.True(await asking.WaitAsync(Deadline, Ends));
        Assert.False(await Ask().WaitAsync(Deadline, Ends));

        var late = new Handover();
        var never = Task.Run(() => late.Ask(null), Ends);
        late.AwaitFirst();
        late.End(); // no step was made for it
        Assert.False(await never.WaitAsync(Deadline, Ends));
    }

    [Fact]
    public async Task The_training_says_that_it_is_alive_while_it_waits()
    {
        var alive = new TaskCompletionSource();
        var waiting = Task.Run(() => _handover.Await(0, () => alive.TrySetResult(), CancellationToken.None), Ends);
        await alive.Task.WaitAsync(Deadline, Ends);
        Assert.False(waiting.IsCompleted);
        _ = Ask();
        await waiting.WaitAsync(Deadline, Ends);
    }

    [Fact]
    public async Task A_wait_ends_with_its_generation()
    {
        using var over = new CancellationTokenSource();
        var waiting = Task.Run(() => _handover.Await(0, () => { }, over.Token), Ends);
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Deadline, Ends));
    }

    [Fact]
    public async Task A_loop_that_is_called_off_ends()
    {
        var asking = Ask();
        _handover.AwaitFirst();
        _handover.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.WaitAsync(Deadline, Ends));
    }

    [Fact]
    public void A_loop_that_leaves_too_early_or_fails_ends_the_training()
    {
        _handover.Left(null);
        var early = Assert.Throws<InvalidOperationException>(() => Await(4));
        Assert.Contains("before step 5", early.Message, StringComparison.Ordinal);

        var failed = new Handover();
        failed.Left(new FormatException("a fault of the program"));
        var fault = Assert.Throws<InvalidOperationException>(failed.AwaitFirst);
        Assert.Contains("a fault of the program", fault.Message, StringComparison.Ordinal);
    }

    private void Await(long step) => _handover.Await(step, () => { }, CancellationToken.None);

    private Task<bool> Ask(Action<StepPass>? pass = null)
    {
        var asked = Task.Run(() => _handover.Ask(pass), Ends);
        SpinWait.SpinUntil(() => _handover.HasBegun, Deadline);
        return asked;
    }
}
