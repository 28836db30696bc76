using System.Text.Json;
using AlexNet.Interchange.Onnx.Messages;
using AlexNet.Recipes;
using Google.Protobuf;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace AlexNet.Interchange.Onnx;

/// <summary>
/// Writes a net as one ONNX file: graph, weights, class names and recipe. Any layout may have trained it; the same values give the same
/// bytes. The file is built in memory, which takes about the size of the weights.
/// </summary>
public static class OnnxExport
{
    private const int FormatVersion = 8; // IR version; the operators of set 17 came with it

    /// <summary>Writes the file, in place of one of this name if there is one.</summary>
    /// <param name="net">Describes it.</param>
    /// <param name="checkpoint">A checkpoint's directory, every byte of which is verified, or a safetensors file.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="BadInputException">The weights are damaged or of another net, or the format cannot hold it.</exception>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static ExportedFile Write(OnnxNet net, string checkpoint, string path)
    {
        RequireSize(net.Recipe);
        RequireEvenWindows(net.Recipe);
        using var weights = ShardedTensors.Open(checkpoint);
        var model = Model(net, NetGraph.Of(net, weights));
        var file = OutputFile.Write(path, stream => model.WriteTo(stream));
        return new ExportedFile(
            Path.GetFullPath(path),
            model.Graph.Initializer.Count,
            model.Graph.Initializer.Sum(t => (long)t.RawData.Length) / sizeof(float),
            file.Bytes,
            file.Sha256
        );
    }

    /// <summary>A message of protobuf has a length of 31 bits.</summary>
    internal static void RequireSize(Recipe recipe)
    {
        long bytes = recipe.Parameters * sizeof(float);
        if (bytes > int.MaxValue - (64 << 20))
        {
            throw new BadInputException(
                FormattableString.Invariant(
                    $"the net of '{recipe.Name}' has {bytes:N0} bytes of weights, and one ONNX file holds less than 2 GB; "
                ) + "leave --format onnx out to export it as safetensors."
            );
        }
    }

    /// <summary>The format averages over windows of one size and has no adaptive pooling.</summary>
    internal static void RequireEvenWindows(Recipe recipe)
    {
        foreach (var layer in NetShape.Of(recipe).Layers)
        {
            var (maps, left) = (layer.Pooled, layer.Output);
            if (maps.Height % left.Height == 0 && maps.Width % left.Width == 0)
                continue;
            throw new BadInputException(
                $"layer '{layer.Name}' of '{recipe.Name}' averages maps of {maps.Height}x{maps.Width} to {left.Height}x{left.Width}, and "
                    + "ONNX averages over equal windows only; leave --format onnx out to export it as safetensors."
            );
        }
    }

    private static ModelProto Model(OnnxNet net, GraphProto graph) =>
        new()
        {
            IrVersion = FormatVersion,
            ProducerName = "AlexNet Distributed",
            ProducerVersion = typeof(OnnxExport).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? "",
            DocString = net.Recipe.Description,
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Version = NetGraph.OperatorSet } },
            MetadataProps =
            {
                Property("recipe", RecipeJson.Write(OfTheNetAlone(net.Recipe))),
                Property("class_names", JsonSerializer.Serialize(net.ClassNames)),
                Property("input", OnnxWords.Of(net.Input, net.Recipe.Data)),
                Property("run", net.RunId),
                Property("step", FormattableString.Invariant($"{net.Step}")),
            },
        };

    /// <summary>Without what belongs to a machine: where the data lie, and how many workers there were.</summary>
    private static Recipe OfTheNetAlone(Recipe recipe) =>
        recipe with
        {
            Data = recipe.Data with { Path = null, Skip = null },
            Layout = new NetLayoutRecipe(),
        };

    private static StringStringEntryProto Property(string key, string value) => new() { Key = key, Value = value };
}
