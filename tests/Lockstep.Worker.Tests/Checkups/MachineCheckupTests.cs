using AlexNet.Testing;
using Lockstep.Native;
using Lockstep.Worker.Checkups;
using static TorchSharp.torch;

namespace Lockstep.Worker.Tests.Checkups;

/// <summary>What a worker finds of this machine.</summary>
public sealed class MachineCheckupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task RunAsync_OnThisMachine_MeasuresAllAndLeavesNothing()
    {
        var found = await MachineCheckup.RunAsync(_folder.Path, "worker/1", isKnown: false);
        Assert.True(found is { FreeMemory: > 0, DiskSpeed: > 0 }, $"{found}");
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task RunAsync_OfAKnownMachine_DoesNotWriteToItsDisk() =>
        Assert.Null((await MachineCheckup.RunAsync(_folder.Path, "w0", isKnown: true)).DiskSpeed);

    [Fact]
    public async Task RunAsync_WhereNothingCanBeWritten_IsNoError() =>
        Assert.Null((await MachineCheckup.RunAsync(_folder["missing"], "w0", isKnown: false)).DiskSpeed);

    [Fact]
    public void KnownSum_OnThisProcessor_IsRight()
    {
        NativeLibraries.Load();
        KnownSum.Require(CPU);
    }

    public void Dispose() => _folder.Dispose();
}
