using Lockstep.Storage.Checkpoints;

namespace Lockstep.Commands;

/// <summary>A net that is to be written in a form which only its application knows.</summary>
/// <param name="Checkpoint">Where it was saved.</param>
/// <param name="Target">The file to write.</param>
/// <param name="Format">safetensors or onnx.</param>
/// <param name="Names">torchvision; null for the net's own.</param>
/// <param name="Input">What the graph of an ONNX file takes: pixels or normalised.</param>
/// <param name="Optimizer">The optimiser's state is asked for too.</param>
internal sealed record ExportRequest(
    StoredCheckpoint Checkpoint,
    string Target,
    string Format,
    string? Names,
    string? Input,
    bool Optimizer
)
{
    public const string Safetensors = "safetensors",
        Onnx = "onnx",
        Torchvision = "torchvision",
        Pixels = "pixels",
        Normalised = "normalised";

    /// <summary>Options that contradict each other; sentences.</summary>
    public IEnumerable<string> Contradictions()
    {
        if (Format == Onnx && Optimizer)
        {
            yield return "--optimizer is given with --format onnx, which holds a net to compute with and no state of a training; leave one "
                + "out.";
        }
        if (Format == Onnx && Names is not null)
            yield return "--names is given with --format onnx, whose names nothing outside the file refers to; leave one out.";
        if (Format != Onnx && Input is not null)
            yield return "--input is given without --format onnx; only a graph has an input.";
        if (Names is not null && Optimizer)
        {
            yield return "--optimizer is given with --names, and torchvision's net has no names for the state of a training; leave one "
                + "out.";
        }
    }
}
