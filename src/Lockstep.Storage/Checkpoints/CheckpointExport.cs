using Lockstep.Core.Collectives;
using Lockstep.Core.Errors;
using Lockstep.Core.Topology;
using Lockstep.Storage.Files;

namespace Lockstep.Storage.Checkpoints;

/// <summary>
/// Joins the shards of a checkpoint into one safetensors file of whole tensors, sorted by name: the same bytes for the same values,
/// whatever layout trained them. Needs memory for a few rows only.
/// </summary>
public static class CheckpointExport
{
    private const int Chunk = 4 << 20;

    /// <summary>Writes the file, in place of one of this name if there is one.</summary>
    /// <param name="checkpoint">Its directory; every byte is verified first.</param>
    /// <param name="path">The file; its directory is made if it is not there.</param>
    /// <param name="optimizer">Also what the optimiser remembers, such as <c>conv1.weight.velocity</c>.</param>
    /// <param name="names">The name in the file of each tensor that has another there; null for none.</param>
    /// <exception cref="BadInputException">The checkpoint is damaged, or holds no optimiser state.</exception>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static ExportedFile Write(string checkpoint, string path, bool optimizer, IReadOnlyDictionary<string, string>? names = null)
    {
        using var weights = ShardedTensors.Open(checkpoint);
        using var state = optimizer ? ShardedTensors.Open(checkpoint, CheckpointFiles.Optimizer) : null;
        var tensors = Entries(weights)
            .Concat(state is null ? [] : Entries(state))
            .Select(t => names?.GetValueOrDefault(t.Name) is { } name ? t with { Name = name } : t)
            .OrderBy(t => t.Name, StringComparer.Ordinal)
            .ToList();
        var file = OutputFile.Write(path, stream => SafetensorsWriter.Write(stream, tensors));
        return new ExportedFile(
            Path.GetFullPath(path),
            tensors.Count,
            tensors.Sum(t => t.Bytes) / ElementType.Float32.Size(),
            file.Bytes,
            file.Sha256
        );
    }

    private static IEnumerable<TensorEntry> Entries(ShardedTensors tensors) =>
        tensors.Shapes.Select(t =>
        {
            var type = tensors.TypeOf(t.Key) ?? ElementType.Float32;
            return new TensorEntry(t.Key, t.Value, new Extent(0, (int)TensorRows.Of(t.Value)), type, stream =>
                Copy(tensors, t.Key, t.Value, type, stream)
            );
        });

    private static void Copy(ShardedTensors tensors, string name, IReadOnlyList<long> shape, ElementType type, Stream stream)
    {
        int rowBytes = (int)TensorRows.Length(shape) * type.Size();
        if (rowBytes == 0)
            return; // a dimension is empty
        int atOnce = Math.Max(1, Chunk / rowBytes);
        byte[] buffer = new byte[atOnce * rowBytes];
        for (int start = 0; start < TensorRows.Of(shape); start += atOnce)
        {
            var rows = new Extent(start, (int)Math.Min(atOnce, TensorRows.Of(shape) - start));
            var part = buffer.AsSpan(0, rows.Length * rowBytes);
            tensors.Read(name, shape, rows, part, type);
            stream.Write(part);
        }
    }
}
