using System.CommandLine;
using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Options;
using Lockstep.Storage.Checkpoints;
using Lockstep.Views;

namespace Lockstep.Commands;

/// <summary><c>alexnet checkpoints verify RUN|CHECKPOINT</c>: reads every byte, names every damage, and fails if there is one.</summary>
internal static class CheckpointsVerifyCommand
{
    public static Command Create()
    {
        var run = CheckpointsCommand.RunOrCheckpoint("A run directory (all its checkpoints), or a checkpoint's directory.");
        var output = OutputArgument.Create();
        var command = new Command("verify", "Compares every byte of checkpoints with its hash. The exit code is 1 if one is damaged.")
        {
            run,
            output,
        };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(run), parsed.GetValue(output) == "json"));
        return command;
    }

    private static int Run(string path, bool json)
    {
        if (CheckpointChoice.All(path).Count == 0)
            throw new BadInputException($"run '{path}' has saved no checkpoint yet; there is nothing to verify.");
        int code = ExitCodes.Done;
        foreach (var checkpoint in CheckpointChoice.Verified(path))
        {
            foreach (string line in json ? [Json(checkpoint)] : CheckpointLines.Verified(checkpoint))
                Console.WriteLine(line);
            if (checkpoint.State == CheckpointState.Damaged)
                code = ExitCodes.Failed;
        }
        return code;
    }

    private static string Json(StoredCheckpoint checkpoint) =>
        JsonSerializer.Serialize(
            new
            {
                @event = "verified",
                checkpoint = checkpoint.Directory,
                step = checkpoint.Step,
                state = CheckpointLines.Word(checkpoint.State),
                bytes = checkpoint.Bytes,
                problems = checkpoint.Problems,
            }
        );
}
