using System.CommandLine;
using AlexNet.Cli.Commands.Training;
using AlexNet.Cli.Launching;
using AlexNet.Cli.Views;
using Lockstep.Core.Errors;
using Lockstep.Core.Runs;
using Lockstep.Hosting;
using Lockstep.Hosting.Ending;
using Lockstep.Storage.Checkpoints;
using Lockstep.Torch.Devices;

namespace AlexNet.Cli.Commands;

/// <summary>
/// <c>alexnet train [RECIPE]</c>: a coordinator and the workers as processes of this machine, from the first step to the last.
/// </summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var options = new TrainOptions();
        var command = new Command(
            "train",
            "Trains a recipe on this machine: starts a coordinator and the workers, and shows their progress."
        );
        options.AddTo(command);
        command.SetAction(async (parsed, cancellation) => await RunAsync(await options.ReadAsync(parsed, cancellation), cancellation));
        return command;
    }

    /// <summary>Trains what was asked for, and shows it; returns the exit code.</summary>
    public static async Task<int> RunAsync(TrainRequest request, CancellationToken cancellation)
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
            if (
                code == ExitCodes.Done
                && request.Pictures
                && RunPictures.Draw(request.RunDirectory, request.Recipe, Console.Error.WriteLine) is { Count: > 0 } pictures
            )
            {
                view.Drawn(pictures);
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
            Console.Error.WriteLine($"Continue it from its newest checkpoint: {RunHints.Resume(request.RunDirectory)}");
        }

        return exitCode;
    }

    private static int Fail(IRunView view, string message, int exitCode)
    {
        view.Failed(message, exitCode);
        return exitCode;
    }
}
