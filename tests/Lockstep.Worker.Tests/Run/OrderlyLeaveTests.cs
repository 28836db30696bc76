using Lockstep.Core.Errors;
using Lockstep.Worker.Control;
using Lockstep.Worker.Run;

namespace Lockstep.Worker.Tests.Run;

/// <summary>How a worker ends that is asked to.</summary>
public class OrderlyLeaveTests
{
    private readonly Border _border = new();
    private readonly WorkerOutcome _outcome = new();

    [Fact]
    public void TryEndInOrder_WhileItTrains_WaitsForTheBorder()
    {
        _border.IsTraining = true;

        Assert.True(new OrderlyLeave(_border, _outcome).TryEndInOrder());

        Assert.False(_outcome.LeavesAtOnce);
        _outcome.End(ExitCodes.Done);
        Assert.Equal(ExitCodes.Done, _outcome.ExitCode);
    }

    [Fact]
    public void TryEndInOrder_WhileItWaits_EndsAtOnceWhateverComesOfItsWork()
    {
        Assert.Equal(ExitCodes.Failed, _outcome.ExitCode); // until something else is known

        Assert.False(new OrderlyLeave(_border, _outcome).TryEndInOrder());

        Assert.True(_outcome.LeavesAtOnce);
        _outcome.End(ExitCodes.Failed);
        Assert.Equal(ExitCodes.Interrupted, _outcome.ExitCode);
    }
}
