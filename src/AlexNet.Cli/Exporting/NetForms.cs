using AlexNet.Cli.Evaluating;
using AlexNet.Interchange.Onnx;
using AlexNet.Interchange.Torchvision;
using Lockstep.Commands;
using Lockstep.Storage.Checkpoints;

namespace AlexNet.Cli.Exporting;

/// <summary>The forms of other programs in which a recipe's net can be written.</summary>
internal static class NetForms
{
    /// <exception cref="Lockstep.Core.Errors.BadInputException">The net has no such form, or is damaged.</exception>
    public static ExportedFile Write(ExportRequest request)
    {
        string checkpoint = request.Checkpoint.Directory;
        var stored = StoredNet.Find(checkpoint);
        if (request.Format != ExportRequest.Onnx)
            return CheckpointExport.Write(checkpoint, request.Target, optimizer: false, TorchvisionNames.Of(stored.Recipe));
        var manifest = request.Checkpoint.Manifest ?? Manifest.Read(checkpoint);
        var input = request.Input == ExportRequest.Normalised ? OnnxInput.Normalised : OnnxInput.Pixels;
        return OnnxExport.Write(new(stored.Recipe, input, stored.ClassNames, manifest.RunId, manifest.Step), checkpoint, request.Target);
    }
}
