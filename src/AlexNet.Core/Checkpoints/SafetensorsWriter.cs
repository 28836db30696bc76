using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AlexNet.Core.Collectives;

namespace AlexNet.Core.Checkpoints;

/// <summary>
/// Writes tensors in the safetensors format: 8 bytes of header length, a JSON header, raw little-endian data. The metadata says which rows
/// of the whole tensor a file holds. Source: the format's description in huggingface/safetensors.
/// </summary>
public static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Writes a file that is either whole or absent: under another name first, flushed to disk, then renamed.</summary>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<TensorEntry> tensors)
    {
        string unfinished = path + ".unfinished";
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 20))
        {
            byte[] header = Header(tensors);
            file.Write(BitConverter.GetBytes((long)header.Length));
            file.Write(header);
            foreach (var tensor in tensors)
                WriteData(file, tensor.Memory);
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path, overwrite: true);
    }

    private static byte[] Header(IReadOnlyList<TensorEntry> tensors)
    {
        var metadata = new JsonObject();
        var header = new JsonObject { [SafetensorsFile.MetadataKey] = metadata };
        long offset = 0;
        foreach (var tensor in tensors)
        {
            metadata[SafetensorsFile.RowsKey(tensor.Name)] = $"{tensor.Rows.Start}:{tensor.Rows.End}/{tensor.WholeShape[0]}";
            header[tensor.Name] = new JsonObject
            {
                ["dtype"] = tensor.Memory.Type switch { ElementType.Byte => "U8", ElementType.BFloat16 => "BF16", _ => "F32" },
                ["shape"] = new JsonArray([tensor.Rows.Length, .. tensor.WholeShape.Skip(1).Select(size => (JsonNode)size)]),
                ["data_offsets"] = new JsonArray(offset, offset + tensor.Memory.Bytes),
            };
            offset += tensor.Memory.Bytes;
        }
        string json = header.ToJsonString(JsonSerializerOptions.Default);
        int padded = (Encoding.UTF8.GetByteCount(json) + Alignment - 1) / Alignment * Alignment;
        return Encoding.UTF8.GetBytes(json.PadRight(json.Length + padded - Encoding.UTF8.GetByteCount(json)));
    }

    private static unsafe void WriteData(FileStream file, TensorMemory memory)
    {
        using var source = new UnmanagedMemoryStream((byte*)memory.Address, memory.Bytes);
        source.CopyTo(file, 1 << 20);
    }
}
