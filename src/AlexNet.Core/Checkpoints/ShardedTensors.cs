using AlexNet.Core.Errors;
using AlexNet.Core.Topology;

namespace AlexNet.Core.Checkpoints;

/// <summary>The tensors of a whole net, read from however many shards they were written in: a checkpoint loads in any layout.</summary>
public sealed class ShardedTensors : IDisposable
{
    private readonly IReadOnlyList<SafetensorsFile> _files;
    private readonly string _source;

    private ShardedTensors(string source, IReadOnlyList<SafetensorsFile> files) => (_source, _files) = (source, files);

    /// <summary>Opens one safetensors file, or all files of one kind in a checkpoint's directory.</summary>
    /// <exception cref="BadInputException">There is none, or one is damaged.</exception>
    public static ShardedTensors Open(string path, string kind = CheckpointFiles.Weights)
    {
        string[] files = File.Exists(path) ? [path]
            : Directory.Exists(path) ? Directory.GetFiles(path, CheckpointFiles.PatternOf(kind)) : [];
        if (files.Length == 0)
            throw new BadInputException($"'{path}' holds no {kind}: a safetensors file, or a directory with {CheckpointFiles.PatternOf(kind)}, is required.");
        return new ShardedTensors(path, [.. files.Order(StringComparer.Ordinal).Select(SafetensorsFile.Open)]);
    }

    /// <summary>Copies rows of one tensor, wherever they lie.</summary>
    /// <param name="name">Such as <c>conv1.weight</c>.</param>
    /// <param name="wholeShape">The shape that the net requires.</param>
    /// <param name="rows">The rows wanted.</param>
    /// <param name="destination">Row-major fp32 bytes.</param>
    /// <exception cref="BadInputException">The tensor is missing, incomplete, or of another shape.</exception>
    public void Read(string name, IReadOnlyList<long> wholeShape, Extent rows, Span<byte> destination)
    {
        int rowBytes = rows.Length == 0 ? 0 : destination.Length / rows.Length;
        int covered = 0;
        foreach (var file in _files)
        {
            if (file.Find(name) is not var (held, shape))
                continue;
            if (!shape.SequenceEqual(wholeShape))
                throw new BadInputException($"'{_source}': tensor '{name}' has shape {Text(shape)}; the net requires {Text(wholeShape)}. Use the recipe that it was trained with.");
            int start = Math.Max(rows.Start, held.Start), end = Math.Min(rows.End, held.End);
            if (start >= end)
                continue;
            file.Read(name, new Extent(start, end - start), destination.Slice((start - rows.Start) * rowBytes, (end - start) * rowBytes));
            covered += end - start;
        }
        if (covered < rows.Length)
            throw new BadInputException($"'{_source}': {covered} of the rows {rows} of tensor '{name}' are there; all are required. A shard's file is missing.");
    }

    public void Dispose()
    {
        foreach (var file in _files)
            file.Dispose();
    }

    private static string Text(IReadOnlyList<long> shape) => string.Join('x', shape);
}
