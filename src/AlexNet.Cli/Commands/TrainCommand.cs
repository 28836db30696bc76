using System.CommandLine;
using AlexNet.Cli.Commands.Training;
using Lockstep.Commands;
using Lockstep.Launching;

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
    public static Task<int> RunAsync(TrainRequest request, CancellationToken cancellation) =>
        LocalTraining.RunAsync(request, ended => RunPictures.Draw(ended, Console.Error.WriteLine), cancellation);
}
