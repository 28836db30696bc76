using System.Runtime.InteropServices;
using AlexNet.Core.Checkpoints;
using AlexNet.Core.Collectives;
using AlexNet.Core.Errors;
using AlexNet.Core.Topology;

namespace AlexNet.Core.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("alexnet-safetensors-").FullName;

    [Fact]
    public void Read_ShardsOfTwo_GivesAnyRowsOfTheWhole()
    {
        float[] whole = [.. Enumerable.Range(0, 15).Select(i => i + 0.5f)]; // 5 rows of 3
        Write(0, new Extent(0, 2), whole[..6]);
        Write(1, new Extent(2, 3), whole[6..]);
        using var tensors = ShardedTensors.Open(_directory);
        foreach (var rows in new Extent[] { new(0, 5), new(1, 3), new(2, 1), new(4, 1) })
        {
            var bytes = new byte[rows.Length * 3 * sizeof(float)];
            tensors.Read("fc8.weight", [5, 3], rows, bytes);
            Assert.Equal(whole[(rows.Start * 3)..(rows.End * 3)], MemoryMarshal.Cast<byte, float>(bytes).ToArray());
        }
    }

    [Fact]
    public void Read_ShardMissingOrShapeOther_SaysSo()
    {
        Write(0, new Extent(0, 2), new float[6]);
        using var tensors = ShardedTensors.Open(_directory);
        Assert.Contains("2 of the rows [0, 5)", Assert.Throws<BadInputException>(() => tensors.Read("fc8.weight", [5, 3], new(0, 5), new byte[60])).Message, StringComparison.Ordinal);
        Assert.Contains("has shape 5x3; the net requires 5x4", Assert.Throws<BadInputException>(() => tensors.Read("fc8.weight", [5, 4], new(0, 1), new byte[16])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_CutAnywhere_IsRefused()
    {
        Write(0, new Extent(0, 5), new float[15]);
        string path = Path.Combine(_directory, CheckpointFiles.Shard(CheckpointFiles.Weights, 0, 2));
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Throws<BadInputException>(() => SafetensorsFile.Open(path));
        }
    }

    [Fact]
    public void Open_Nothing_IsBadInput() => Assert.Throws<BadInputException>(() => ShardedTensors.Open(_directory));

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private unsafe void Write(int shard, Extent rows, float[] values)
    {
        fixed (float* address = values)
        {
            var memory = new TensorMemory((nint)address, values.Length, ElementType.Float32);
            SafetensorsWriter.Write(Path.Combine(_directory, CheckpointFiles.Shard(CheckpointFiles.Weights, shard, 2)), [new("fc8.weight", [5, 3], rows, memory)]);
        }
    }
}
