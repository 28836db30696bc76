using Lockstep.Core.Errors;
using Lockstep.Core.Runs;
using Lockstep.Hosting;
using Lockstep.Hosting.Ending;
using Lockstep.Launching;
using Lockstep.Objects.Runs;
using Lockstep.Objects.Store;
using Lockstep.Storage.Checkpoints;
using Lockstep.Terminals;
using Lockstep.Torch.Devices;
using Lockstep.Views;

namespace Lockstep.Commands;

/// <summary>A training on this machine, from the first step to the last: a coordinator and the workers as processes.</summary>
internal static class LocalTraining
{
    /// <summary>Trains what was asked for, and shows it; returns the exit code.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="draw">Draws pictures of the run that has ended, and returns their files.</param>
    /// <param name="cancellation">Ends it at once.</param>
    public static async Task<int> RunAsync(
        TrainRequest request,
        Func<TrainRequest, IReadOnlyList<string>> draw,
        CancellationToken cancellation
    )
    {
        LossyWriter.Install();
        if (DeviceChoice.Caution(request.Recipe.Training.Precision, DeviceChoice.IsCpu(request.Device)) is { } caution)
            Console.Error.WriteLine($"Warning: {caution}.");
        foreach (string note in request.Notes)
            Console.Error.WriteLine($"Note: {note}");
        using var held = RunLock.Take(request.RunDirectory); // before anything there is touched
        var signals = EndSignals.Hear(); // to the very end: while processes are taken down, another signal must not cut that short
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var view = RunViews.Choose(request.Output, request);
        try
        {
            await using var cluster = new LocalCluster(request);
            signals.HandTo(new Interruption(cluster, interrupted).Take);
            int code = await cluster.RunAsync(view, interrupted.Token);
            if (code == ExitCodes.Done && request.Pictures && draw(request) is { Count: > 0 } pictures)
            {
                view.Drawn(pictures);
                await KeepAsync(request, pictures);
            }

            return Advise(code, request);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return Advise(Fail(view, "The run was interrupted; every process has been stopped.", ExitCodes.Failed), request);
        }
        catch (ProcessFailedException e)
        {
            return Advise(Fail(view, e.Message, e.ExitCode), request);
        }
        catch (Exception e)
        {
            return Fail(view, ProgramExit.MessageOf(e), ProgramExit.CodeOf(e));
        }
        finally
        {
            signals.HandTo(_ => { }); // nothing is left to be ended
        }
    }

    /// <summary>Pictures of a run in object storage lie there too; a bucket that does not take them changes nothing.</summary>
    private static async Task KeepAsync(TrainRequest request, IReadOnlyList<string> pictures)
    {
        if (request.Remote is not { } address)
            return;
        try
        {
            using var run = new RemoteRun(address);
            foreach (string picture in pictures)
                await run.UploadAsync(picture);
        }
        catch (Exception e) when (e is ObjectStoreException or BadInputException)
        {
            Console.Error.WriteLine($"Warning: the pictures stay in '{request.RunDirectory}': {e.Message}");
        }
    }

    /// <summary>Says how a run that has failed, and has saved itself before, goes on.</summary>
    private static int Advise(int exitCode, TrainRequest request)
    {
        bool isOver = exitCode is ExitCodes.Done or ExitCodes.Interrupted or ExitCodes.BadInput; // these have said what they had to
        if (
            !isOver
            && request.Output == OutputKind.Text
            && new CheckpointStore(request.RunDirectory).List().Any(c => c.State == CheckpointState.Whole)
        )
        {
            Console.Error.WriteLine($"Continue it from its newest checkpoint: {RunHints.Resume(request.RunName)}");
        }

        return exitCode;
    }

    private static int Fail(IRunView view, string message, int exitCode)
    {
        view.Failed(message, exitCode);
        return exitCode;
    }
}
