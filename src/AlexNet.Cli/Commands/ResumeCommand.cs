using System.CommandLine;
using AlexNet.Cli.Commands.Training;

namespace AlexNet.Cli.Commands;

/// <summary><c>alexnet resume RUN</c>: goes on with a run as it was begun, from its newest whole checkpoint.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var options = new TrainOptions(resumes: true);
        var command = new Command(
            "resume",
            "Continues a run from its newest whole checkpoint, with its own recipe, data, layout and length unless others are " + "given."
        );
        options.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) => await TrainCommand.RunAsync(await options.ReadAsync(parsed, cancellation), cancellation)
        );
        return command;
    }
}
