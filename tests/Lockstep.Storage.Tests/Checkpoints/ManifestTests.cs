using System.Text;
using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Core.Runs;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Storage.Tests.Checkpoints;

public sealed class ManifestTests : IDisposable
{
    private readonly TemporaryFolder _run = new();

    [Fact]
    public void Read_WhatWasWritten_IsEqual()
    {
        var written = SmallCheckpoint.Gather(_run.Path, 1200) with
        {
            Evaluations = [Measured.At(600, 1.0 / 3), Measured.At(1100, 0.9123456789)],
        };
        var read = Manifest.Read(new CheckpointStore(_run.Path).Publish(written));
        Assert.Equal(written with { Files = read.Files, Evaluations = read.Evaluations }, read);
        Assert.Equal(written.Evaluations, read.Evaluations);
        Assert.Equal(written.Files, read.Files);
        Assert.Equal(Measured.At(1100, 0.9123456789), read.Best);
        Assert.Equal(
            ["optimizer-0-of-2.safetensors", "optimizer-1-of-2.safetensors"],
            read.FilesOf(CheckpointFiles.Optimizer).Select(f => f.Name)
        );
    }

    [Fact]
    public void Read_DataThatItWasTrainedOn_AreThoseThatWereWritten_AndNullInAnOlderCheckpoint()
    {
        var data = new DataIdentity("abcd", 12, 2, ["cat", "dog"]);
        var store = new CheckpointStore(_run.Path);
        Assert.Equivalent(
            data,
            Manifest.Read(store.Publish(SmallCheckpoint.Gather(_run.Path, 1200) with { Data = data })).Data,
            strict: true
        );
        string older = store.Publish(SmallCheckpoint.Gather(_run.Path, 1300));
        Assert.DoesNotContain("\"data\"", File.ReadAllText(Path.Combine(older, CheckpointFiles.Manifest)), StringComparison.Ordinal);
        Assert.Null(Manifest.Read(older).Data);
    }

    [Fact]
    public void Read_AnotherVersion_SaysWhatToDo() =>
        Assert.Contains(
            "version 2; this program reads version 1. Use the program that wrote it",
            MessageFor("\"version\": 1", "\"version\": 2"),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("weights-1-of-2", "../../../secrets", "are required")]
    [InlineData("weights-1-of-2", "weights-0-of-2", "are required")]
    [InlineData("\"shards\": 2", "\"shards\": 2000000000", "at least one file for each shard")]
    [InlineData("\"shards\": 2", "\"shards\": -1", "at least one file for each shard")]
    [InlineData("\"runId\"", "\"run\"", "is not a manifest")]
    [InlineData("\"step\": 1200", "\"step\": \"1200\"", "is not a manifest")]
    [InlineData("\"version\": 1", "\"version\": {}", "is not a manifest")]
    [InlineData("\"runId\": \"run-1\"", "\"runId\": null", "is not a manifest")]
    public void Read_SealedButWrong_IsRefused(string text, string wrong, string message) =>
        Assert.Contains(message, MessageFor(text, wrong), StringComparison.Ordinal);

    [Fact]
    public void Write_FileChangedSinceItWasHashed_MakesNoCheckpoint()
    {
        var manifest = SmallCheckpoint.Gather(_run.Path, 5);
        string directory = CheckpointFiles.Unfinished(_run.Path, 5, 1);
        File.AppendAllText(Path.Combine(directory, "weights-1-of-2.safetensors"), "x");
        var error = Assert.Throws<IOException>(() => manifest.Write(directory));
        Assert.Contains("'weights-1-of-2.safetensors'", error.Message, StringComparison.Ordinal);
        Assert.Null(new CheckpointStore(_run.Path).NewestWhole());
    }

    [Fact]
    public void Write_ShardNotGathered_MakesNoCheckpoint()
    {
        var manifest = SmallCheckpoint.Gather(_run.Path, 5);
        var error = Assert.Throws<IOException>(() =>
            new CheckpointStore(_run.Path).Publish(manifest with { Files = [.. manifest.Files.Skip(1)] })
        );
        Assert.Contains("are required", error.Message, StringComparison.Ordinal);
        Assert.Null(new CheckpointStore(_run.Path).NewestWhole());
    }

    [Fact]
    public void Differences_OfEnvironments_NameEachFact()
    {
        var then = new RunEnvironment(1, "x64 fma avx2", "2.10.0", "cpu", "fp32");
        Assert.Empty(then.Differences(then with { }));
        Assert.Equal(
            ["threads of each worker was 1 and is 2", "libtorch was 2.10.0 and is 2.11.0"],
            then.Differences(then with { Threads = 2, Libtorch = "2.11.0" })
        );
        var onGpu = then with { Gpu = "A", Collectives = "mesh" };
        Assert.Equal(
            ["GPU was A and is B", "collectives was mesh and is nccl"],
            onGpu.Differences(then with { Gpu = "B", Collectives = "nccl" })
        );
        Assert.Empty(then.Differences(onGpu)); // a checkpoint that does not know
        Assert.Empty(onGpu.Differences(then));
    }

    public void Dispose() => _run.Dispose();

    /// <summary>What reading a manifest says in which one text was replaced, and that was sealed again.</summary>
    private string MessageFor(string text, string wrong)
    {
        string directory = SmallCheckpoint.Publish(_run.Path, 1200),
            path = Path.Combine(directory, CheckpointFiles.Manifest);
        string json = Encoding.UTF8.GetString(SealedText.Open(File.ReadAllBytes(path), out _));
        Assert.Contains(text, json, StringComparison.Ordinal);
        File.WriteAllBytes(path, SealedText.Seal(json.Replace(text, wrong, StringComparison.Ordinal)));
        return Assert.Throws<BadInputException>(() => Manifest.Read(directory)).Message;
    }
}
