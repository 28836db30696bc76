using Lockstep.Core.Collectives;

namespace Lockstep.Storage.Checkpoints;

/// <summary>
/// The words of the safetensors format for types of elements. Source: the format's description in huggingface/safetensors.
/// </summary>
internal static class SafetensorsTypes
{
    private static readonly Dictionary<ElementType, string> Words = new()
    {
        [ElementType.Byte] = "U8",
        [ElementType.Float32] = "F32",
        [ElementType.BFloat16] = "BF16",
        [ElementType.Float16] = "F16",
        [ElementType.Float64] = "F64",
        [ElementType.Int8] = "I8",
        [ElementType.Int16] = "I16",
        [ElementType.Int32] = "I32",
        [ElementType.Int64] = "I64",
        [ElementType.Bool] = "BOOL",
    };

    public static string Word(this ElementType type) => Words[type];

    /// <summary>The type of a word; null for one that is not read here.</summary>
    public static ElementType? Parse(string word) =>
        Words.FirstOrDefault(w => w.Value == word) is { Value: not null } found ? found.Key : null;
}
