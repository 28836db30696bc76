using System.CommandLine;
using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Options;
using Lockstep.Storage.Checkpoints;
using Lockstep.Views;
using Spectre.Console;

namespace Lockstep.Commands;

/// <summary><c>alexnet checkpoints list RUN</c>: every checkpoint, newest first, whole or not; hashes are not read.</summary>
internal static class CheckpointsListCommand
{
    public static Command Create()
    {
        var run = CheckpointsCommand.RunOrCheckpoint("A run directory, or a checkpoint's directory.");
        var output = OutputArgument.Create();
        var command = new Command("list", "Lists the checkpoints of a run, newest first.") { run, output };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(run), parsed.GetValue(output) == "json"));
        return command;
    }

    private static int Run(string path, bool json)
    {
        var (checkpoints, now) = (CheckpointChoice.All(path), TimeProvider.System.GetUtcNow());
        foreach (var checkpoint in json ? checkpoints : [])
            Console.WriteLine(Json(checkpoint, now));
        if (checkpoints.Count == 0 && !json)
            Console.WriteLine($"run '{path}' has saved no checkpoint yet.");
        else if (!json)
            AnsiConsole.Write(new Rows(CheckpointLines.Of(checkpoints, now)));
        return ExitCodes.Done;
    }

    private static string Json(StoredCheckpoint checkpoint, DateTimeOffset now) =>
        JsonSerializer.Serialize(
            new
            {
                @event = "checkpoint",
                checkpoint = checkpoint.Directory,
                step = checkpoint.Step,
                state = CheckpointLines.Word(checkpoint.State),
                bytes = checkpoint.Bytes,
                age_seconds = Math.Round((now - checkpoint.Written).TotalSeconds, 1),
                epoch = checkpoint.Manifest?.Epoch,
                step_in_epoch = checkpoint.Manifest?.StepInEpoch,
                generation = checkpoint.Manifest?.Generation,
                replicas = checkpoint.Manifest?.Replicas,
                shards = checkpoint.Manifest?.Shards,
                best = checkpoint.Manifest?.Best,
                problems = checkpoint.Problems,
            }
        );
}
