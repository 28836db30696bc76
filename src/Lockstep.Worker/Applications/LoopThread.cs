using Lockstep.Core.Runs;
using Lockstep.Core.Schedules;
using Lockstep.Torch.Modules;
using Lockstep.Torch.Trainables;
using TorchSharp;

namespace Lockstep.Worker.Applications;

/// <summary>A program's own loop on its thread, for one net.</summary>
internal sealed class LoopThread : IPassLoop, IProgramLoop
{
    private readonly Handover _handover = new();
    private readonly StepLoop _loop;
    private readonly Thread _thread;

    private LoopThread(Action<StepLoop> body)
    {
        _loop = new StepLoop(_handover);
        _thread = new Thread(() => Run(body)) { IsBackground = true, Name = "loop" };
    }

    public IReadOnlyList<StateTensor> State => _loop.State;

    /// <summary>Starts it, and returns once it asks for its first step.</summary>
    /// <exception cref="InvalidOperationException">It ends or fails before.</exception>
    public static LoopThread Start(Action<StepLoop> body)
    {
        var loop = new LoopThread(body);
        loop._thread.Start();
        loop._handover.AwaitFirst();
        return loop;
    }

    public void Await(long updates, bool isFirst, Action alive, CancellationToken stop)
    {
        (_loop.Made, _loop.IsFirst) = (updates, isFirst);
        _handover.Await(updates, alive, stop);
    }

    public void Run(StepPass pass) => _handover.Run(pass);

    public void Made(StepRecord step) => (_loop.LastStep, _loop.Made) = (step, step.Step);

    public void Evaluated(Evaluation evaluation) => _loop.LastEvaluation = evaluation;

    public void End()
    {
        _handover.End();
        _thread.Join();
    }

    public void Dispose()
    {
        _handover.Cancel();
        if (Thread.CurrentThread != _thread)
            _thread.Join();
    }

    private void Run(Action<StepLoop> body)
    {
        using var scope = torch.NewDisposeScope();
        try
        {
            body(_loop);
            _handover.Left(null);
        }
        catch (Exception e)
        {
            _handover.Left(e);
        }
    }
}
