using Lockstep.Core.Errors;

namespace AlexNet.Interchange.PyTorch;

/// <summary>A file of named tensors that another program may have written.</summary>
internal interface ITensorSource : IDisposable
{
    /// <summary>Name and shape of every tensor.</summary>
    IReadOnlyDictionary<string, IReadOnlyList<long>> Shapes { get; }

    /// <summary>The numbers of a tensor: row-major fp32.</summary>
    /// <param name="name">One of <see cref="Shapes"/>.</param>
    /// <exception cref="BadInputException">They are of another type, or damaged.</exception>
    byte[] Read(string name);
}
