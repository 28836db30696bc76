using System.Runtime.InteropServices;
using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Core.Topology;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Storage.Tests.Checkpoints;

public sealed class CheckpointExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Write_SameValuesInAnyLayout_GivesTheSameBytes(bool optimizer)
    {
        var exported = new[] { 1, 2, 4, 6 }
            .Select(shards =>
                CheckpointExport.Write(SmallCheckpoint.Publish(_folder[$"run{shards}"], 10, shards), _folder[$"new/of-{shards}"], optimizer)
            )
            .ToList();
        Assert.All(exported, e => Assert.Equal(File.ReadAllBytes(exported[0].Path), File.ReadAllBytes(e.Path)));
        Assert.Equal((optimizer ? 4 : 2, optimizer ? 72 : 36), (exported[0].Tensors, exported[0].Values));
        Assert.Equal(ManifestFile.Of(exported[0].Path).Sha256, exported[3].Sha256);
    }

    [Fact]
    public void Write_Tensors_AreSortedWholeAndReadable()
    {
        var exported = CheckpointExport.Write(SmallCheckpoint.Publish(_folder["run"], 10), _folder["out"], optimizer: true);
        using var file = SafetensorsFile.Open(exported.Path);
        Assert.Equal(
            ["a.weight", "a.weight.velocity", "b.weight", "b.weight.velocity"],
            file.Tensors.OrderBy(t => t.Value.Offset).Select(t => t.Key)
        );
        using var tensors = ShardedTensors.Open(exported.Path);
        foreach (string name in tensors.Shapes.Keys)
        {
            float[] values = new float[SmallCheckpoint.Rows * SmallCheckpoint.RowLength];
            tensors.Read(
                name,
                [SmallCheckpoint.Rows, SmallCheckpoint.RowLength],
                new Extent(0, SmallCheckpoint.Rows),
                MemoryMarshal.AsBytes(values.AsSpan())
            );
            Assert.Equal(SmallCheckpoint.Values(name, 10), values);
        }
    }

    [Fact]
    public void Write_NoOptimizerStateSaved_SaysSo()
    {
        var manifest = SmallCheckpoint.Gather(_folder["run"], 10);
        string checkpoint = new CheckpointStore(_folder["run"]).Publish(
            manifest with
            {
                Files = manifest.FilesOf(CheckpointFiles.Weights),
            }
        );
        var error = Assert.Throws<BadInputException>(() => CheckpointExport.Write(checkpoint, _folder["out"], optimizer: true));
        Assert.Contains("holds no optimizer", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out"]));
    }

    public void Dispose() => _folder.Dispose();
}
