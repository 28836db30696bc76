using Lockstep.Core.Collectives;
using Lockstep.Core.Errors;
using Lockstep.Core.Topology;

namespace Lockstep.Storage.Checkpoints;

/// <summary>The tensors of a whole net, read from however many shards they were written in: a checkpoint loads in any layout.</summary>
public sealed class ShardedTensors : IDisposable
{
    private readonly IReadOnlyList<SafetensorsFile> _files;
    private readonly string _source;

    private ShardedTensors(string source, IEnumerable<string> paths)
    {
        (_source, var files) = (source, new List<SafetensorsFile>());
        _files = files;
        try
        {
            foreach (string path in paths)
                files.Add(SafetensorsFile.Open(path));
            Shapes = Names().ToDictionary(name => name, WholeShape, StringComparer.Ordinal);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Name and whole shape of every tensor.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>> Shapes { get; }

    /// <summary>The type of a tensor's elements; null for one that is not read here.</summary>
    public ElementType? TypeOf(string name) => SafetensorsTypes.Parse(_files.First(f => f.Tensors.ContainsKey(name)).Tensors[name].Type);

    /// <summary>
    /// Opens one safetensors file, or all files of one kind in a checkpoint's directory, every byte of which is verified first.
    /// </summary>
    /// <exception cref="BadInputException">There is none, or one is damaged or incomplete.</exception>
    public static ShardedTensors Open(string path, string kind = CheckpointFiles.Weights)
    {
        if (File.Exists(path))
            return new ShardedTensors(path, [path]);
        var files = Manifest.Read(path).FilesOf(kind);
        if (files.Count == 0)
            throw new BadInputException($"checkpoint '{path}' holds no {kind}; use one that was saved during training.");
        var problems = Manifest.Problems(path, files, hash: true);
        return problems.Count == 0
            ? new ShardedTensors(path, files.Select(f => Path.Combine(path, f.Name)))
            : throw new BadInputException(problems);
    }

    /// <summary>Opens files that no manifest lists; together they must hold whole tensors.</summary>
    /// <param name="source">The name for messages.</param>
    /// <param name="paths">The files, in any order.</param>
    /// <exception cref="BadInputException">One is damaged, or they do not fit together.</exception>
    public static ShardedTensors OpenFiles(string source, IReadOnlyList<string> paths) => new(source, paths);

    /// <summary>Copies rows of one tensor, wherever they lie.</summary>
    /// <param name="name">Such as <c>conv1.weight</c>.</param>
    /// <param name="wholeShape">The shape that the net requires.</param>
    /// <param name="rows">The rows wanted.</param>
    /// <param name="destination">Row-major bytes.</param>
    /// <param name="type">The type that the elements must have.</param>
    /// <exception cref="BadInputException">The tensor is missing, or of another shape or type.</exception>
    public void Read(
        string name,
        IReadOnlyList<long> wholeShape,
        Extent rows,
        Span<byte> destination,
        ElementType type = ElementType.Float32
    )
    {
        if (!Shapes.TryGetValue(name, out var shape))
        {
            throw new BadInputException(
                $"'{_source}': tensor '{name}' is not in it; it holds {string.Join(", ", Shapes.Keys.Take(20))}. Use the recipe that it "
                    + "was trained with."
            );
        }

        if (!shape.SequenceEqual(wholeShape))
        {
            throw new BadInputException(
                $"'{_source}': tensor '{name}' has shape {Text(shape)}; the net requires {Text(wholeShape)}. Use the recipe that it was "
                    + "trained with."
            );
        }

        int rowBytes = rows.Length == 0 ? 0 : destination.Length / rows.Length;
        foreach (var file in _files)
        {
            if (!file.Tensors.TryGetValue(name, out var held))
                continue;
            int start = Math.Max(rows.Start, held.Rows.Start),
                end = Math.Min(rows.End, held.Rows.End);
            if (start < end)
            {
                file.Read(
                    name,
                    new Extent(start, end - start),
                    type,
                    destination.Slice((start - rows.Start) * rowBytes, (end - start) * rowBytes)
                );
            }
        }
    }

    public void Dispose()
    {
        foreach (var file in _files)
            file.Dispose();
    }

    private IEnumerable<string> Names() => _files.SelectMany(f => f.Tensors.Keys).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The shape on which all files agree, and whose rows each lie in exactly one of them.</summary>
    private IReadOnlyList<long> WholeShape(string name)
    {
        var parts = _files.Select(f => f.Tensors.GetValueOrDefault(name)).OfType<StoredTensor>().OrderBy(t => t.Rows.Start).ToList();
        var shape = parts[0].WholeShape;
        if (parts.FirstOrDefault(p => !p.WholeShape.SequenceEqual(shape)) is { } other)
        {
            throw new BadInputException(
                $"'{_source}': tensor '{name}' has shape {Text(shape)} in one file and {Text(other.WholeShape)} in another; one shape is "
                    + $"required. {Manifest.Remedy}"
            );
        }

        int end = 0;
        foreach (var part in parts)
        {
            if (part.Rows.Start != end)
            {
                throw new BadInputException(
                    $"'{_source}': the rows of tensor '{name}' that are there go on with {part.Rows} after {end} of "
                        + $"{TensorRows.Of(shape)}; each is required once. {Manifest.Remedy}"
                );
            }

            end = part.Rows.End;
        }
        return end == TensorRows.Of(shape)
            ? shape
            : throw new BadInputException(
                $"'{_source}': {end} of the {TensorRows.Of(shape)} rows of tensor '{name}' are there; all are required. A shard's file "
                    + $"is missing. {Manifest.Remedy}"
            );
    }

    private static string Text(IReadOnlyList<long> shape) => string.Join('x', shape);
}
