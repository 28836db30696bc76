using System.Runtime.InteropServices;
using Lockstep.Core.Collectives;
using Lockstep.Core.Errors;
using Lockstep.Core.Topology;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Storage.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("alexnet-safetensors-").FullName;

    [Fact]
    public void Read_ShardsOfTwo_GivesAnyRowsOfTheWhole()
    {
        float[] whole = [.. Enumerable.Range(0, 15).Select(i => i + 0.5f)]; // 5 rows of 3
        Write(0, new Extent(0, 2), whole[..6]);
        Write(1, new Extent(2, 3), whole[6..]);
        using var tensors = ShardedTensors.OpenFiles("the test", Directory.GetFiles(_directory));
        foreach (var rows in new Extent[] { new(0, 5), new(1, 3), new(2, 1), new(4, 1) })
        {
            byte[] bytes = new byte[rows.Length * 3 * sizeof(float)];
            tensors.Read("fc8.weight", [5, 3], rows, bytes);
            Assert.Equal(whole[(rows.Start * 3)..(rows.End * 3)], MemoryMarshal.Cast<byte, float>(bytes).ToArray());
        }
    }

    [Fact]
    public void Read_OtherShapeOrName_SaysSo()
    {
        Write(0, new Extent(0, 5), new float[15]);
        using var tensors = ShardedTensors.Open(PathOf(0));
        Assert.Contains(
            "has shape 5x3; the net requires 5x4",
            Assert.Throws<BadInputException>(() => tensors.Read("fc8.weight", [5, 4], new(0, 1), new byte[16])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'fc9.weight' is not in it; it holds fc8.weight",
            Assert.Throws<BadInputException>(() => tensors.Read("fc9.weight", [5, 3], new(0, 1), new byte[12])).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(0, 2, 3, 2, "go on with [3, 5) after 2 of 5")] // row 2 is missing
    [InlineData(0, 3, 2, 3, "go on with [2, 5) after 3 of 5")] // row 2 is there twice
    [InlineData(0, 2, 2, 2, "4 of the 5 rows")]
    [InlineData(1, 2, 3, 2, "go on with [1, 3) after 0 of 5")]
    public void Open_RowsMissingOrTwice_IsRefused(int start, int length, int otherStart, int otherLength, string message)
    {
        Write(0, new Extent(start, length), new float[3 * length]);
        Write(1, new Extent(otherStart, otherLength), new float[3 * otherLength]);
        Assert.Contains(
            message,
            Assert.Throws<BadInputException>(() => ShardedTensors.OpenFiles("the test", [PathOf(0), PathOf(1)])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains("rows", Assert.Throws<BadInputException>(() => ShardedTensors.Open(PathOf(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_CutAnywhere_IsRefused()
    {
        Write(0, new Extent(0, 5), new float[15]);
        string path = PathOf(0);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Throws<BadInputException>(() => SafetensorsFile.Open(path));
        }
    }

    [Fact]
    public void Open_HeaderOfNonsense_IsRefusedOrReadButNeverFailsOtherwise()
    {
        Write(0, new Extent(0, 2), new float[6]);
        byte[] whole = File.ReadAllBytes(PathOf(0));
        const string Syntax = "0123456789:[]{},\"-\\";
        var random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] damaged = [.. whole];
            foreach (int position in Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(whole.Length - 6 * sizeof(float))))
                damaged[position] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)Syntax[random.Next(Syntax.Length)];
            File.WriteAllBytes(PathOf(0), damaged);
            try
            {
                SafetensorsFile.Open(PathOf(0)).Dispose();
            }
            catch (BadInputException e)
            {
                Assert.Contains(PathOf(0), e.Message, StringComparison.Ordinal);
                refused++;
            }
        }
        Assert.InRange(refused, 1000, 2000);
    }

    [Fact]
    public void Open_FileOfPythonsSafetensors_IsRead()
    {
        // what its serializer writes: metadata of its own, tensors by size of type, then by name, any type, a number without dimensions
        const string header =
            """{"__metadata__":{"format":"pt"},"count":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"fc8.bias":"""
            + """{"dtype":"F32","shape":[2],"data_offsets":[8,16]},"half":{"dtype":"F16","shape":[1,3],"data_offsets":[16,22]}}""";
        byte[] json = System.Text.Encoding.UTF8.GetBytes(header.PadRight((header.Length + 7) / 8 * 8));
        File.WriteAllBytes(
            PathOf(0),
            [.. BitConverter.GetBytes((long)json.Length), .. json, .. new byte[8], .. MemoryMarshal.AsBytes([1.5f, -2f]), .. new byte[6]]
        );
        using var tensors = ShardedTensors.Open(PathOf(0));
        byte[] bytes = new byte[4];
        tensors.Read("fc8.bias", [2], new Extent(1, 1), bytes);
        Assert.Equal(-2f, BitConverter.ToSingle(bytes));
        Assert.Contains(
            "is of type F16; F32 is required",
            Assert.Throws<BadInputException>(() => tensors.Read("half", [1, 3], new(0, 1), new byte[12])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Open_DirectoryWithoutManifest_IsBadInput()
    {
        Write(0, new Extent(0, 5), new float[15]);
        Assert.Contains(
            "manifest.json': it is missing",
            Assert.Throws<BadInputException>(() => ShardedTensors.Open(_directory)).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string PathOf(int shard) => Path.Combine(_directory, CheckpointFiles.Shard(CheckpointFiles.Weights, shard, 2));

    private unsafe void Write(int shard, Extent rows, float[] values)
    {
        fixed (float* address = values)
        {
            var memory = new TensorMemory((nint)address, values.Length, ElementType.Float32);
            var tensor = TensorEntry.Of("fc8.weight", [5, 3], rows, memory);
            DurableFile.Write(PathOf(shard), file => SafetensorsWriter.Write(file, [tensor]));
        }
    }
}
