using Lockstep.Core.Errors;
using Lockstep.Native;
using Lockstep.Worker.State;
using Lockstep.Worker.Tests.Step;
using static TorchSharp.torch;

namespace Lockstep.Worker.Tests.State;

public class FirstWeightsTests
{
    public FirstWeightsTests() => NativeLibraries.Load();

    [Fact]
    public async Task RequireEqual_TheSameWeights_AreAccepted() =>
        Assert.All(await CompareAsync(new TwoLayerNet(), new TwoLayerNet()), Assert.Null);

    /// <summary>The last bit of one weight is enough, and every replica says the same.</summary>
    [Fact]
    public async Task RequireEqual_AWeightOfOneReplicaDiffers_IsNamedByAll()
    {
        var other = new TwoLayerNet();
        using (no_grad())
            other.Parameters[2].Value[0, 1].mul_(1 + 1e-7);
        foreach (var error in await CompareAsync(new TwoLayerNet(), new TwoLayerNet(), other))
        {
            Assert.StartsWith(
                "'second.weight' differs between replica 0 and replica 2 before the first step",
                Assert.IsType<BadInputException>(error).Message,
                StringComparison.Ordinal
            );
        }
    }

    private static async Task<Exception?[]> CompareAsync(params TwoLayerNet[] replicas)
    {
        var group = new MemoryGroup(replicas.Length);
        var all = replicas.Select(
            (net, rank) =>
                Task.Factory.StartNew(
                    () => Record.Exception(() => FirstWeights.RequireEqual(net, group.Member(rank))),
                    CancellationToken.None,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
        );
        var errors = await Task.WhenAll(all.ToList());
        foreach (var net in replicas)
            net.Dispose();
        return errors;
    }
}
