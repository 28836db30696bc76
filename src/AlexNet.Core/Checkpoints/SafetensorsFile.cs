using System.Text.Json;
using System.Text.Json.Nodes;
using AlexNet.Core.Errors;
using AlexNet.Core.Topology;

namespace AlexNet.Core.Checkpoints;

/// <summary>A safetensors file of fp32 tensors, open for reading. Nothing in it is ever executed; every size is checked before it is used.</summary>
public sealed class SafetensorsFile : IDisposable
{
    internal const string MetadataKey = "__metadata__";
    private const long HeaderLimit = 16 << 20;

    private readonly FileStream _file;
    private readonly string _path;
    private readonly long _dataStart;
    private readonly Dictionary<string, Placed> _tensors = [];

    private SafetensorsFile(string path)
    {
        _path = path;
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            var header = ReadHeader(out _dataStart);
            var metadata = header[MetadataKey] as JsonObject;
            foreach (var (name, value) in header)
                if (name != MetadataKey)
                    _tensors[name] = Place(name, value, metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException or EndOfStreamException)
        {
            _file.Dispose();
            throw Damaged($"its header cannot be read ({e.Message})");
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Names of the tensors in the file.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <exception cref="BadInputException">The file is damaged or of another format.</exception>
    public static SafetensorsFile Open(string path) => new(path);

    /// <summary>The rows of a tensor that this file holds, and the shape of the whole; null if it holds none.</summary>
    public (Extent Rows, IReadOnlyList<long> WholeShape)? Find(string name) =>
        _tensors.TryGetValue(name, out var tensor) ? (tensor.Rows, tensor.WholeShape) : null;

    /// <summary>Reads rows of a tensor; they must lie within those that the file holds.</summary>
    public void Read(string name, Extent rows, Span<byte> destination)
    {
        var tensor = _tensors[name];
        long rowBytes = tensor.WholeShape.Skip(1).Aggregate((long)sizeof(float), (product, size) => product * size);
        _file.Position = _dataStart + tensor.Offset + (rows.Start - tensor.Rows.Start) * rowBytes;
        _file.ReadExactly(destination);
    }

    public void Dispose() => _file.Dispose();

    internal static string RowsKey(string name) => $"rows/{name}";

    private JsonObject ReadHeader(out long dataStart)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        _file.ReadExactly(length);
        long headerLength = BitConverter.ToInt64(length);
        if (headerLength is < 2 or > HeaderLimit || headerLength > _file.Length - sizeof(long))
            throw Damaged($"it announces a header of {headerLength} bytes");
        var header = new byte[headerLength];
        _file.ReadExactly(header);
        dataStart = sizeof(long) + headerLength;
        return JsonNode.Parse(header) as JsonObject ?? throw Damaged("its header is no JSON object");
    }

    private Placed Place(string name, JsonNode? value, JsonObject? metadata)
    {
        if ((string?)value?["dtype"] is not "F32")
            throw Damaged($"tensor '{name}' is of type {value?["dtype"]}; F32 is required");
        long[] shape = [.. value["shape"]?.AsArray().Select(size => (long?)size ?? -1) ?? []];
        long begin = (long?)value["data_offsets"]?[0] ?? -1, end = (long?)value["data_offsets"]?[1] ?? -1;
        long bytes = shape.Aggregate((long)sizeof(float), (product, size) => checked(product * size));
        if (shape.Length == 0 || shape.Any(size => size < 0) || begin < 0 || end - begin != bytes || end > _file.Length - _dataStart)
            throw Damaged($"tensor '{name}' does not lie within it");

        var rows = new Extent(0, checked((int)shape[0]));
        long total = shape[0];
        if ((string?)metadata?[RowsKey(name)] is { } text)
        {
            var numbers = text.Split(':', '/').Select(int.Parse).ToArray();
            if (numbers.Length != 3 || numbers[1] - numbers[0] != shape[0] || numbers[1] > numbers[2] || numbers[0] < 0)
                throw Damaged($"tensor '{name}' has {shape[0]} rows but says '{text}'");
            (rows, total) = (new Extent(numbers[0], rows.Length), numbers[2]);
        }
        return new Placed(begin, rows, [total, .. shape.Skip(1)]);
    }

    private BadInputException Damaged(string how) => new($"weights file '{_path}': {how}; it is damaged or of another format. Use another checkpoint.");

    private sealed record Placed(long Offset, Extent Rows, IReadOnlyList<long> WholeShape);
}
