using Lockstep.Core.Topology;
using Lockstep.Storage.Checkpoints;

namespace AlexNet.Interchange.PyTorch;

/// <summary>A checkpoint of any layout, or a safetensors file of any program.</summary>
/// <param name="path">A checkpoint's directory, every byte of which is verified, or a file.</param>
/// <exception cref="Lockstep.Core.Errors.BadInputException">It is damaged or of another format.</exception>
internal sealed class SafetensorsSource(string path) : ITensorSource
{
    private readonly ShardedTensors _tensors = ShardedTensors.Open(path);

    public IReadOnlyDictionary<string, IReadOnlyList<long>> Shapes => _tensors.Shapes;

    public byte[] Read(string name)
    {
        var shape = Shapes[name];
        byte[] numbers = new byte[shape.Aggregate((long)sizeof(float), (product, size) => checked(product * size))];
        _tensors.Read(name, shape, new Extent(0, (int)TensorRows.Of(shape)), numbers);
        return numbers;
    }

    public void Dispose() => _tensors.Dispose();
}
