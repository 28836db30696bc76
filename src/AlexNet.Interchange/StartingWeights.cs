using AlexNet.Interchange.PyTorch;
using AlexNet.Interchange.Torchvision;
using AlexNet.Recipes;
using Lockstep.Core.Collectives;
using Lockstep.Core.Errors;
using Lockstep.Core.Topology;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace AlexNet.Interchange;

/// <summary>
/// Weights for a recipe's net to begin with: of a checkpoint, of a safetensors file, or of a <c>state_dict</c> that PyTorch saved; with the
/// names of the recipe's layers or those of torchvision.
/// </summary>
public sealed class StartingWeights : IDisposable
{
    private readonly Recipe _recipe;
    private readonly string _path;
    private readonly ITensorSource _source;
    private readonly IReadOnlyDictionary<string, string>? _names;
    private readonly Func<LayerShape, (float[] Weight, float[] Bias)>? _fresh;

    private StartingWeights(Recipe recipe, string path, ITensorSource source, Func<LayerShape, (float[] Weight, float[] Bias)>? fresh) =>
        (_recipe, _path, _source, _names, _fresh) = (
            recipe,
            path,
            source,
            source.Shapes.ContainsKey(TorchvisionNames.Mark) ? TorchvisionNames.Of(recipe) : null,
            fresh
        );

    /// <summary>Opens them, and makes sure that the net can begin with them.</summary>
    /// <param name="recipe">Describes the net.</param>
    /// <param name="path">A checkpoint's directory, or a file.</param>
    /// <param name="fresh">
    /// Draws the first values of the last layer, in place of those in the file; null to begin with the file's.
    /// </param>
    /// <exception cref="BadInputException">They are damaged, or of another net; every difference.</exception>
    public static StartingWeights Open(Recipe recipe, string path, Func<LayerShape, (float[] Weight, float[] Bias)>? fresh)
    {
        var source = SourceOf(path);
        try
        {
            var weights = new StartingWeights(recipe, path, source, fresh);
            weights.RequireFit();
            return weights;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Writes them as one safetensors file with the names of the recipe's layers; the same bytes for the same values.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public ExportedFile Write(string path)
    {
        var net = NetShape.Of(_recipe);
        var tensors = net
            .Layers.SelectMany(layer => Entries(layer, isFresh: _fresh is not null && layer == net.Layers[^1]))
            .OrderBy(t => t.Name, StringComparer.Ordinal)
            .ToList();
        var file = OutputFile.Write(path, stream => SafetensorsWriter.Write(stream, tensors));
        return new(Path.GetFullPath(path), tensors.Count, tensors.Sum(t => t.Bytes) / sizeof(float), file.Bytes, file.Sha256);
    }

    public void Dispose() => _source.Dispose();

    private static ITensorSource SourceOf(string path)
    {
        if (Directory.Exists(path))
            return new SafetensorsSource(path);
        Span<byte> start = stackalloc byte[4];
        using (var file = InputFile.OpenRead(path))
            file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (start is [0x80, _, 0x8a, _]) // a pickle that begins with PyTorch's magic number
        {
            throw new BadInputException(
                $"weights file '{path}' has the form in which PyTorch saved before version 1.6; save it again with torch.save(torch.load("
                    + $"'{path}'), 'NEW.pth') and give that file."
            );
        }

        return start.SequenceEqual("PK\u0003\u0004"u8) ? new TorchFile(path) : new SafetensorsSource(path);
    }

    private void RequireFit()
    {
        var (errors, net) = (new List<string>(), NetShape.Of(_recipe));
        foreach (var layer in net.Layers.Where(l => _fresh is null || l != net.Layers[^1]))
        {
            foreach (var (name, shape) in Parameters(layer))
            {
                string stored = Stored(name);
                if (!_source.Shapes.TryGetValue(stored, out var found))
                    errors.Add($"--weights '{_path}': tensor '{stored}' is not in it{Holding()}; the net of '{_recipe.Name}' needs it.");
                else if (!found.SequenceEqual(shape))
                    errors.Add(Misfit(layer == net.Layers[^1], layer, stored, found, shape));
            }
        }

        if (errors.Count > 0)
            throw new BadInputException(errors);
    }

    private string Misfit(bool isLast, LayerShape layer, string name, IReadOnlyList<long> found, IReadOnlyList<long> required)
    {
        string problem = $"--weights '{_path}': tensor '{name}' is {Text(found)}; the net of '{_recipe.Name}' requires {Text(required)}.";
        return isLast && found.Count == required.Count && found.Skip(1).SequenceEqual(required.Skip(1))
            ? $"{problem} Add --fresh-last-layer to begin '{layer.Name}' with random numbers, or keep the file's classes with --set "
                + $"data.classes={found[0]} --set net.layers.{layer.Name}.outputs={found[0]}."
            : $"{problem} Use the recipe of the net that it was saved from.";
    }

    private string Holding() => $", which holds {string.Join(", ", _source.Shapes.Keys.Order(StringComparer.Ordinal).Take(4))} and others";

    private IEnumerable<TensorEntry> Entries(LayerShape layer, bool isFresh)
    {
        var fresh = new Lazy<(float[] Weight, float[] Bias)>(() =>
            _fresh?.Invoke(layer) ?? throw new InvalidOperationException("only what is asked for is drawn.")
        );
        return Parameters(layer)
            .Select(p => new TensorEntry(p.Name, p.Shape, new Extent(0, (int)p.Shape[0]), ElementType.Float32, stream =>
                stream.Write(isFresh ? Bytes(p.Shape.Count > 1 ? fresh.Value.Weight : fresh.Value.Bias) : _source.Read(Stored(p.Name)))
            ));
    }

    private string Stored(string name) => _names is null ? name : _names[name];

    private static byte[] Bytes(float[] values) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static IEnumerable<(string Name, IReadOnlyList<long> Shape)> Parameters(LayerShape layer) =>
        [($"{layer.Name}.weight", layer.WeightShape), ($"{layer.Name}.bias", [layer.Output.Channels])];

    private static string Text(IReadOnlyList<long> shape) => string.Join('x', shape);
}
