using System.Text.Json;
using Lockstep.Core.Collectives;
using Lockstep.Core.Errors;
using Lockstep.Core.Topology;
using Lockstep.Storage.Files;

namespace Lockstep.Storage.Checkpoints;

/// <summary>A safetensors file, open for reading. Nothing in it is ever executed; every size is checked before it is used.</summary>
public sealed class SafetensorsFile : IDisposable
{
    internal const string MetadataKey = "__metadata__";
    private const long HeaderLimit = 16 << 20;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly FileStream _file;
    private readonly string _path;
    private readonly long _dataStart;
    private readonly Dictionary<string, StoredTensor> _tensors;

    private SafetensorsFile(string path)
    {
        _path = path;
        _file = new FileStream(InputFile.Require(path), FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            using var header = ReadHeader(out _dataStart);
            _tensors = ReadTensors(header.RootElement);
            CheckThatDataIsUsedOnce();
        }
        catch (Exception e)
        {
            _file.Dispose();
            if (
                e
                is JsonException
                    or InvalidOperationException
                    or KeyNotFoundException
                    or FormatException
                    or OverflowException
                    or EndOfStreamException
            )
            {
                throw Damaged($"its header cannot be read ({e.Message})");
            }

            throw;
        }
    }

    /// <summary>The tensors in the file, by name.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors => _tensors;

    /// <exception cref="BadInputException">The file is damaged or of another format.</exception>
    public static SafetensorsFile Open(string path) => new(path);

    /// <summary>Reads rows of a tensor; they must lie within those that the file holds.</summary>
    /// <param name="name">One of <see cref="Tensors"/>.</param>
    /// <param name="rows">Rows of the whole tensor.</param>
    /// <param name="type">The type that its elements must have.</param>
    /// <param name="destination">Exactly as long as these rows.</param>
    /// <exception cref="BadInputException">Its elements are of another type.</exception>
    public void Read(string name, Extent rows, ElementType type, Span<byte> destination)
    {
        var tensor = _tensors[name];
        if (tensor.Type != type.Word())
        {
            throw new BadInputException(
                $"weights file '{_path}': tensor '{name}' is of type {tensor.Type}; {type.Word()} is required. Convert it and save it "
                    + "again."
            );
        }

        _file.Position = _dataStart + tensor.Offset + (rows.Start - tensor.Rows.Start) * tensor.RowBytes;
        _file.ReadExactly(destination);
    }

    public void Dispose() => _file.Dispose();

    internal static string RowsKey(string name) => $"rows/{name}";

    private JsonDocument ReadHeader(out long dataStart)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        _file.ReadExactly(length);
        long headerLength = BitConverter.ToInt64(length);
        if (headerLength is < 2 or > HeaderLimit || headerLength > _file.Length - sizeof(long))
            throw Damaged($"it announces a header of {headerLength} bytes");
        byte[] header = new byte[headerLength];
        _file.ReadExactly(header);
        dataStart = sizeof(long) + headerLength;
        return JsonDocument.Parse(header, Strict);
    }

    private Dictionary<string, StoredTensor> ReadTensors(JsonElement header)
    {
        bool hasMetadata = header.TryGetProperty(MetadataKey, out var metadata);
        return header
            .EnumerateObject()
            .Where(p => p.Name != MetadataKey)
            .ToDictionary(
                p => p.Name,
                p =>
                {
                    string? rows = hasMetadata && metadata.TryGetProperty(RowsKey(p.Name), out var text) ? text.GetString() : null;
                    return StoredTensor.Parse(p.Value, rows) ?? throw Damaged($"tensor '{p.Name}' does not fit its own description");
                }
            );
    }

    /// <summary>Each byte after the header belongs to exactly one tensor, as the format requires.</summary>
    private void CheckThatDataIsUsedOnce()
    {
        long end = 0;
        foreach (var (name, tensor) in _tensors.OrderBy(t => t.Value.Offset).ThenBy(t => t.Value.Bytes))
        {
            if (tensor.Offset != end)
                throw Damaged($"tensor '{name}' begins at byte {tensor.Offset} of the data; {end} is required");
            end += tensor.Bytes;
        }
        if (end != _file.Length - _dataStart)
            throw Damaged($"it has {_file.Length - _dataStart} bytes of data; its tensors require {end}");
    }

    private BadInputException Damaged(string how) =>
        new($"weights file '{_path}': {how}; it is damaged or of another format. Use another checkpoint.");
}
