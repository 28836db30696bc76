using Lockstep.Protocol.V1;
using Lockstep.Views;

namespace Lockstep.Tests.Views;

public class PlainViewTests
{
    private const string Cause = "image '3.png' begins with junk; a JPEG is required.";

    private readonly StringWriter _output = new();
    private readonly PlainView _view;

    public PlainViewTests() => _view = new PlainView(LiveViewTests.Request, _output);

    /// <summary>The worker's failure, the state of the run and its end are three events of one cause.</summary>
    [Fact]
    public void Show_FailureThatEndsTheRun_LeavesItToTheLastLine()
    {
        ShowFailure();
        _view.Show(
            new RunEvent
            {
                State = new StateChanged { State = StateChanged.Types.State.Failed, Reason = $"worker w0, failed: {Cause}" },
            }
        );
        _view.Failed($"worker w0, failed: {Cause}", 2);
        Assert.DoesNotContain(Cause, _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Show_FailureThatTheRunSurvives_IsTold()
    {
        ShowFailure();
        _view.Show(
            new RunEvent
            {
                State = new StateChanged { State = StateChanged.Types.State.Waiting, Reason = "0 of 1 workers have joined." },
            }
        );
        Assert.Single(_output.ToString().Split(Cause)[1..]);
    }

    [Fact]
    public void Failed_ForAnotherReason_TellsTheFailureBeforeIt()
    {
        ShowFailure();
        _view.Failed("the run was stopped", 1);
        Assert.Single(_output.ToString().Split(Cause)[1..]);
    }

    private void ShowFailure() =>
        _view.Show(
            new RunEvent
            {
                Worker = new WorkerChanged
                {
                    WorkerId = "w0",
                    Host = "host",
                    ProcessId = 7,
                    Stage = WorkerChanged.Types.Stage.Failed,
                    Message = Cause,
                },
            }
        );
}
