using System.CommandLine;
using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Core.Texts;
using Lockstep.Options;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;
using Lockstep.Views;

namespace Lockstep.Commands;

/// <summary><c>alexnet checkpoints export RUN|CHECKPOINT</c>: joins the shards into one safetensors file of whole tensors.</summary>
internal static class CheckpointsExportCommand
{
    public static Command Create()
    {
        var run = CheckpointsCommand.RunOrCheckpoint("A run directory (its newest whole checkpoint), or a checkpoint's directory.");
        var file = new Option<string?>("--out") { Description = "The file to write; step-NNNNNNNN.safetensors here by default." };
        var optimizer = new Option<bool>("--optimizer")
        {
            Description = "Also write the optimiser's state, such as conv1.weight.velocity.",
        };
        var output = OutputArgument.Create();
        var command = new Command("export", "Joins a checkpoint's shards into one safetensors file.") { run, file, optimizer, output };
        command.SetAction(parsed =>
            Run(parsed.GetRequiredValue(run), parsed.GetValue(file), parsed.GetValue(optimizer), parsed.GetValue(output) == "json")
        );
        return command;
    }

    private static int Run(string path, string? file, bool optimizer, bool json)
    {
        var checkpoint = CheckpointChoice.Find(path);
        string target = file ?? $"step-{checkpoint.Step:D8}.safetensors";
        OutputFile.Check(target);
        var exported = CheckpointExport.Write(checkpoint.Directory, target, optimizer);
        OutputFile
            .NewsOf(target)
            .WriteLine(
                json
                    ? Json(checkpoint, exported)
                    : RunProgress.Invariant(
                        $"{exported.Path}: {Count.Of(exported.Tensors, "tensor")}, {Count.Of(exported.Values, "value")}, "
                    ) + $"{CheckpointLines.Size(exported.Bytes)}, SHA-256 {exported.Sha256}, from {checkpoint.Directory}"
            );
        return ExitCodes.Done;
    }

    private static string Json(StoredCheckpoint checkpoint, ExportedFile exported) =>
        JsonSerializer.Serialize(
            new
            {
                @event = "exported",
                checkpoint = checkpoint.Directory,
                step = checkpoint.Step,
                file = exported.Path,
                tensors = exported.Tensors,
                values = exported.Values,
                bytes = exported.Bytes,
                sha256 = exported.Sha256,
            }
        );
}
