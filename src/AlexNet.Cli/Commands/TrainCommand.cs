using System.CommandLine;
using AlexNet.Cli.Launching;
using AlexNet.Cli.Pictures;
using AlexNet.Cli.Views;
using AlexNet.Core.Errors;
using AlexNet.Hosting;
using AlexNet.Hosting.Ending;
using AlexNet.Model;

namespace AlexNet.Cli.Commands;

/// <summary><c>alexnet train [RECIPE]</c>: a coordinator and the workers as processes of this machine, from the first step to the last.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var options = new TrainOptions();
        var command = new Command("train", "Trains a recipe on this machine: starts a coordinator and the workers, and shows their progress.");
        options.AddTo(command);
        command.SetAction(async (parsed, cancellation) => await RunAsync(await options.ReadAsync(parsed, cancellation), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(TrainRequest request, CancellationToken cancellation)
    {
        LossyWriter.Install();
        if (Devices.Caution(request.Recipe.Training.Precision, Devices.IsCpu(request.Device)) is { } caution)
            Console.Error.WriteLine($"Beware: {caution}.");
        var signals = EndSignals.Hear(); // to the very end: while processes are taken down, another signal must not cut that short
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var view = RunViews.Choose(request.Output, request);
        try
        {
            await using var cluster = new LocalCluster(request);
            signals.HandTo(new Interruption(cluster, interrupted).Take);
            int code = await cluster.RunAsync(view, interrupted.Token);
            if (code == ExitCodes.Done && request.Pictures && RunPictures.Draw(request.RunDirectory, request.Recipe, Console.Error.WriteLine) is { Count: > 0 } pictures)
                view.Drawn(pictures);
            return code;
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return Fail(view, "The run was interrupted; every process has been stopped.", ExitCodes.Failed);
        }
        catch (ProcessFailedException e)
        {
            return Fail(view, e.Message, e.ExitCode);
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

    private static int Fail(IRunView view, string message, int exitCode)
    {
        view.Failed(message, exitCode);
        return exitCode;
    }
}
