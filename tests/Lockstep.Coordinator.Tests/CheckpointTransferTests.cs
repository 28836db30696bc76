using Google.Protobuf;
using Grpc.Core;
using Lockstep.Coordinator.Checkpoints;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Coordinator.Tests;

/// <summary>What a caller with the run's join token may put on the coordinator's disk.</summary>
public sealed class CheckpointTransferTests : IDisposable
{
    private const string Name = "weights-0-of-2.safetensors"; // the plain recipe's, in the layout that it comes with

    private readonly RunDirectory _run = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private CheckpointStore Store => new(_run.Path);

    [Fact]
    public async Task Take_FileOfAnyPossibleSize_IsKept()
    {
        long most = Most();
        var kept = await TakeAsync(Name, step: 5, most);
        Assert.Equal((Name, most), (kept.Name, kept.Bytes));
        Assert.Equal(most, new FileInfo(Path.Combine(CheckpointFiles.Unfinished(_run.Path, 5, 1), Name)).Length);
    }

    [Fact]
    public async Task Take_FileThatIsLargerThanItCanBe_IsRefusedAndNothingIsLeft()
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => TakeAsync(Name, step: 5, Most() + 1));
        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.Contains($"more than {Most():N0} bytes", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(CheckpointFiles.Unfinished(_run.Path, 5, 1)));
    }

    [Theory]
    [InlineData("weights-2-of-2.safetensors")]
    [InlineData("weights-0-of-4.safetensors")]
    [InlineData("../weights-0-of-2.safetensors")]
    [InlineData("manifest.json")]
    public async Task Take_NameThatNoCheckpointOfTheRunHas_IsRefused(string name)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => TakeAsync(name, step: 5, 1));
        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.False(Directory.Exists(CheckpointFiles.Root(_run.Path)));
    }

    [Fact]
    public async Task Take_FilesOfEverMoreSteps_AreRefusedPastABound()
    {
        RpcException? refusal = null;
        for (int step = 1; refusal is null; step++)
        {
            Assert.True(step < 20, "a caller fills the disk.");
            refusal = await Record.ExceptionAsync(() => TakeAsync(Name, step, 1)) as RpcException;
        }
        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        await TakeAsync("optimizer-0-of-2.safetensors", step: 1, 1); // what has begun may become whole
    }

    public void Dispose() => _run.Dispose();

    private long Most() => CheckpointSize.MostBytes(_run.Options().Recipe, _run.Options().Topology, Name) ?? 0;

    private Task<SavedFile> TakeAsync(string name, long step, long bytes)
    {
        const int most = 1 << 20;
        var sizes = Enumerable.Repeat(most, (int)(bytes / most)).Append((int)(bytes % most));
        var parts = sizes
            .Select(size => new SaveFilePart
            {
                Generation = 1,
                Step = step,
                Name = name,
                Content = ByteString.CopyFrom(new byte[size]),
            })
            .ToList();
        return new CheckpointTransfer(_run.Options(), Store).TakeAsync(parts[0], new Parts(parts.Skip(1)), Stop);
    }

    /// <summary>Parts of a file, as a stream brings them.</summary>
    private sealed class Parts(IEnumerable<SaveFilePart> parts) : IAsyncStreamReader<SaveFilePart>
    {
        private readonly IEnumerator<SaveFilePart> _parts = parts.GetEnumerator();

        public SaveFilePart Current => _parts.Current;

        public Task<bool> MoveNext(CancellationToken cancellationToken) => Task.FromResult(_parts.MoveNext());
    }
}
