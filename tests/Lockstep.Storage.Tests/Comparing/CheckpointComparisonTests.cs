using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Core.Texts;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Comparing;
using Lockstep.Storage.Tests.Checkpoints;

namespace Lockstep.Storage.Tests.Comparing;

public sealed class CheckpointComparisonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Of_FilesOfTheSameHashes_IsEqualWithoutReadingThem()
    {
        var compared = CheckpointComparison.Of(Read("one"), Read("other"), _ => throw new InvalidOperationException("read"));
        Assert.True(compared.IsEqual);
        Assert.Equal([new("weights", KindState.SameFiles), new("optimizer", KindState.SameFiles)], compared.Kinds);
        Assert.Empty(compared.Facts);
    }

    [Fact]
    public void Of_OtherLayoutsOfTheSameValues_IsEqualTensorByTensor()
    {
        var compared = Compare(Publish("one", 10, shards: 1), Publish("other", 10, shards: 3));
        Assert.True(compared.IsEqual);
        Assert.All(compared.Kinds, k => Assert.Equal((KindState.SameTensors, 2), (k.State, k.Tensors?.Tensors)));
        Assert.Equal([new KeyedDifference("shards", "1", "3")], compared.Facts);
    }

    [Fact]
    public void Of_OtherValues_NamesTheTensorsAndHowFarTheyAreApart()
    {
        var compared = Compare(Publish("one", 10, shards: 2), Publish("other", 12, shards: 3));
        Assert.False(compared.IsEqual);
        Assert.Equal(KindState.OtherTensors, compared.Kinds[0].State);
        Assert.Equal([new("a.weight", 2), new("b.weight", 2)], compared.Kinds[0].Tensors?.Different);
    }

    [Fact]
    public void Of_OptimiserStateThatOnlyOneHasSaved_IsADifference()
    {
        var (one, other) = (Read("one"), Read("other"));
        var compared = CheckpointComparison.Of(one, other with { Files = other.FilesOf(CheckpointFiles.Weights) }, _ => new(0, []));
        Assert.Equal([new("weights", KindState.SameFiles), new("optimizer", KindState.InOneOnly)], compared.Kinds);
        Assert.False(compared.IsEqual);
    }

    [Fact]
    public void Of_OtherEnvironmentAndData_AreFactsByTheirKeys()
    {
        var one = Read("one");
        var other = one with
        {
            RunId = "run-2",
            Generation = 4,
            Environment = one.Environment with { Threads = 8, InstructionSet = "arm64" },
            Data = new("f00d", 10, 2, ["a", "b"]),
        };
        var compared = CheckpointComparison.Of(one, other, _ => new(0, []));
        Assert.True(compared.IsEqual); // the values are
        Assert.Contains(new("environment.threads", "2", "8"), compared.Facts);
        Assert.Contains(new("environment.instructionSet", "\"x64 avx2\"", "\"arm64\""), compared.Facts);
        Assert.Contains(new("data.classNames[1]", null, "\"b\""), compared.Facts);
        Assert.Contains(new("generation", "1", "4"), compared.Facts);
        Assert.DoesNotContain(compared.Facts, f => f.Key == "runId");
    }

    [Fact]
    public void Compare_ADamagedFile_NamesIt()
    {
        string one = Publish("one", 10, shards: 1),
            other = Publish("other", 10, shards: 2);
        string file = Path.Combine(other, "weights-1-of-2.safetensors");
        byte[] content = File.ReadAllBytes(file);
        content[^1] ^= 4;
        File.WriteAllBytes(file, content);
        var error = Assert.Throws<BadInputException>(() => Compare(one, other));
        Assert.Contains("'weights-1-of-2.safetensors' has SHA-256", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static CheckpointComparison Compare(string one, string other) =>
        CheckpointComparison.Of(Manifest.Read(one), Manifest.Read(other), kind => WholeTensors.Compare(one, other, kind));

    private Manifest Read(string run) => Manifest.Read(Publish(run, 10, shards: 2));

    private string Publish(string run, long step, int shards) => SmallCheckpoint.Publish(_folder[run], step, shards);
}
