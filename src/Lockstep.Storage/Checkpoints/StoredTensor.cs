using System.Globalization;
using System.Text.Json;
using Lockstep.Core.Topology;

namespace Lockstep.Storage.Checkpoints;

/// <summary>What a safetensors file says of one tensor.</summary>
/// <param name="Type">The type of its elements, such as <c>F32</c>.</param>
/// <param name="WholeShape">Shape in the whole net.</param>
/// <param name="Rows">The rows of the first dimension that the file holds.</param>
/// <param name="Offset">The offset of these rows in the file's data, in bytes.</param>
/// <param name="Bytes">Length of these rows.</param>
public sealed record StoredTensor(string Type, IReadOnlyList<long> WholeShape, Extent Rows, long Offset, long Bytes)
{
    /// <summary>Length of one row.</summary>
    public long RowBytes => Rows.Length == 0 ? 0 : Bytes / Rows.Length;

    /// <summary>The tensor of a header's entry; null if its numbers contradict each other.</summary>
    /// <param name="entry">dtype, shape, data_offsets.</param>
    /// <param name="rows">Such as <c>48:96/96</c>; null for a whole tensor.</param>
    internal static StoredTensor? Parse(JsonElement entry, string? rows)
    {
        string type = entry.GetProperty("dtype").GetString() ?? "";
        long[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        long[] offsets = [.. entry.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        if (offsets is not [>= 0 and var begin, var end] || end < begin || shape.Any(size => size < 0))
            return null;
        long elements = shape.Aggregate(1L, (product, size) => checked(product * size));
        if (SizeOf(type) is { } size && checked(elements * size) != end - begin)
            return null;

        long first = shape.Length == 0 ? 1 : shape[0]; // a number without dimensions is one row
        var (held, total) = (new Extent(0, checked((int)first)), first);
        if (rows is not null)
        {
            int[] numbers = [.. rows.Split(':', '/').Select(n => int.Parse(n, NumberStyles.None, CultureInfo.InvariantCulture))];
            if (numbers.Length != 3 || numbers[1] - numbers[0] != first || numbers[1] > numbers[2])
                return null;
            (held, total) = (new Extent(numbers[0], (int)first), numbers[2]);
        }
        return new StoredTensor(type, TensorRows.Part(shape, total), held, begin, end - begin);
    }

    private static int? SizeOf(string type) =>
        type switch
        {
            "F64" or "I64" or "U64" => 8,
            "F32" or "I32" or "U32" => 4,
            "F16" or "BF16" or "I16" or "U16" => 2,
            "I8" or "U8" or "BOOL" => 1,
            _ => null, // newer than this program, and never read
        };
}
