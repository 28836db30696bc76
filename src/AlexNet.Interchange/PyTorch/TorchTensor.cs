namespace AlexNet.Interchange.PyTorch;

/// <summary>What a pickle says of one tensor.</summary>
/// <param name="StorageType">The class of its storage, such as <see cref="Float"/>.</param>
/// <param name="Storage">The name of the file with its numbers.</param>
/// <param name="Offset">Its first element in the storage.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Strides">Elements between neighbours in each dimension.</param>
internal sealed record TorchTensor(string StorageType, string Storage, long Offset, IReadOnlyList<long> Shape, IReadOnlyList<long> Strides)
{
    /// <summary>The storage of fp32.</summary>
    public const string Float = "FloatStorage";

    /// <summary>Its elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>The elements lie one behind the other, row-major.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int i = Shape.Count - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Strides[i] != expected)
                    return false;
                expected *= Shape[i];
            }
            return true;
        }
    }
}
