using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Core.Topology;

namespace Lockstep.Storage.Checkpoints;

/// <summary>
/// Writes tensors in the safetensors format: 8 bytes of header length, a JSON header, raw little-endian data. Where a file holds some rows
/// of a tensor only, the metadata says which. Source: the format's description in huggingface/safetensors.
/// </summary>
public static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Writes a whole file; the same bytes for the same tensors.</summary>
    public static void Write(Stream file, IReadOnlyList<TensorEntry> tensors)
    {
        byte[] header = Header(tensors);
        file.Write(BitConverter.GetBytes((long)header.Length));
        file.Write(header);
        foreach (var tensor in tensors)
            tensor.WriteTo(file);
    }

    private static byte[] Header(IReadOnlyList<TensorEntry> tensors)
    {
        var (header, metadata) = (new JsonObject(), new JsonObject());
        foreach (var tensor in tensors.Where(t => t.Rows.Length != TensorRows.Of(t.WholeShape)))
            metadata[SafetensorsFile.RowsKey(tensor.Name)] = $"{tensor.Rows.Start}:{tensor.Rows.End}/{tensor.WholeShape[0]}";
        if (metadata.Count > 0)
            header[SafetensorsFile.MetadataKey] = metadata;

        long offset = 0;
        foreach (var tensor in tensors)
        {
            header[tensor.Name] = new JsonObject
            {
                ["dtype"] = tensor.Type.Word(),
                ["shape"] = new JsonArray([.. TensorRows.Part(tensor.WholeShape, tensor.Rows.Length).Select(size => (JsonNode)size)]),
                ["data_offsets"] = new JsonArray(offset, offset + tensor.Bytes),
            };
            offset += tensor.Bytes;
        }
        byte[] json = Encoding.UTF8.GetBytes(header.ToJsonString(JsonSerializerOptions.Default));
        return [.. json, .. Enumerable.Repeat((byte)' ', (Alignment - json.Length % Alignment) % Alignment)];
    }
}
