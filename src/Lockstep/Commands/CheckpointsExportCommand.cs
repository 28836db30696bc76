using System.CommandLine;
using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Core.Texts;
using Lockstep.Options;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;
using Lockstep.Views;

namespace Lockstep.Commands;

/// <summary><c>alexnet checkpoints export RUN|CHECKPOINT</c>: joins the shards into one file of the whole net.</summary>
internal static class CheckpointsExportCommand
{
    /// <param name="forms">Writes a net in the forms that only the application knows; null for none.</param>
    public static Command Create(Func<ExportRequest, ExportedFile>? forms)
    {
        var run = CheckpointsCommand.RunOrCheckpoint("A run directory (its newest whole checkpoint), or a checkpoint's directory.");
        var file = new Option<string?>("--out")
        {
            Description = "The file to write; step-NNNNNNNN.safetensors (or .onnx) here by default.",
        };
        var format = new Option<string>("--format")
        {
            Description = "safetensors (weights for PyTorch and for --weights), or onnx (the whole net, to compute with).",
            DefaultValueFactory = _ => ExportRequest.Safetensors,
        }.AcceptOnlyFromAmong(ExportRequest.Safetensors, ExportRequest.Onnx);
        var names = new Option<string?>("--names")
        {
            Description = "torchvision: name the weights as torchvision's AlexNet does; by default as the net's layers.",
        }.AcceptOnlyFromAmong(ExportRequest.Torchvision);
        var input = new Option<string?>("--input")
        {
            Description = "What the ONNX graph takes: pixels from 0 to 255 (by default), or normalised numbers.",
        }.AcceptOnlyFromAmong(ExportRequest.Pixels, ExportRequest.Normalised);
        var optimizer = new Option<bool>("--optimizer")
        {
            Description = "Also write the optimiser's state, such as conv1.weight.velocity.",
        };
        var output = OutputArgument.Create();
        var command = new Command("export", "Joins a checkpoint's shards into one file: weights for PyTorch, or a net for ONNX Runtime.")
        {
            run,
            file,
            format,
            names,
            input,
            optimizer,
            output,
        };
        command.SetAction(parsed =>
        {
            string form = parsed.GetRequiredValue(format);
            var checkpoint = CheckpointChoice.Find(parsed.GetRequiredValue(run));
            string target = parsed.GetValue(file) ?? $"{CheckpointFiles.NameOf(checkpoint.Step)}.{form}";
            return Run(
                new(checkpoint, target, form, parsed.GetValue(names), parsed.GetValue(input), parsed.GetValue(optimizer)),
                forms,
                parsed.GetValue(output) == "json"
            );
        });
        return command;
    }

    /// <summary>Writes what was asked for; an application is needed for all but the net's own names as safetensors.</summary>
    internal static ExportedFile Write(ExportRequest request, Func<ExportRequest, ExportedFile>? forms)
    {
        if (request.Contradictions().ToList() is { Count: > 0 } errors)
            throw new BadInputException(errors);
        OutputFile.Check(request.Target);
        if (request is { Format: ExportRequest.Safetensors, Names: null })
            return CheckpointExport.Write(request.Checkpoint.Directory, request.Target, request.Optimizer);
        return forms is not null
            ? forms(request)
            : throw new BadInputException(
                $"{(request.Names is null ? "--format onnx" : "--names torchvision")} needs a net that a recipe describes layer by "
                    + "layer, and the net of this program is code; leave the option out: PyTorch opens the safetensors file, and exports "
                    + "its own net as ONNX."
            );
    }

    private static int Run(ExportRequest request, Func<ExportRequest, ExportedFile>? forms, bool json)
    {
        var exported = Write(request, forms);
        var checkpoint = request.Checkpoint;
        OutputFile
            .NewsOf(request.Target)
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
