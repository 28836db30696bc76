using Lockstep.Core.Collectives;
using Lockstep.Core.Recipes;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;
using Lockstep.Native;
using Lockstep.Torch.Modules;
using Lockstep.Torch.Trainables;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lockstep.Torch.Tests.Normalization;

/// <summary>
/// What one replica does. That several compute what one does is in LayersTests, and in real processes in Examples.Tests.
/// </summary>
public sealed class SyncBatchNormTests : IDisposable
{
    private readonly List<string> _notices = [];
    private readonly DisposeScope _scope;

    public SyncBatchNormTests()
    {
        NativeLibraries.Load();
        _scope = NewDisposeScope();
    }

    public void Dispose() => _scope.Dispose();

    /// <summary>Alone it is the module's own, bit for bit.</summary>
    [Fact]
    public void Train_Alone_LeavesTheGradientsOfTheModuleItself()
    {
        var (inputs, plain, norm) = (rand(4, 3), BatchNorm1d(3), BatchNorm1d(3));
        plain.call(inputs).square().mean().backward();
        using var trainable = Trainable(norm, batch => norm.call(batch.Inputs).square().mean());
        Train(trainable, inputs);
        Assert.True(norm.weight!.grad!.equal(plain.weight!.grad!).all().item<bool>());
        Assert.True(norm.running_var!.equal(plain.running_var!).all().item<bool>());
    }

    /// <summary>A twin with the same samples changes no statistic but the count, so the output is that of a replica alone.</summary>
    [Fact]
    public void Train_BesideATwin_NormalisesAndRemembersAsAlone()
    {
        var (inputs, plain, norm) = (rand(4, 3), BatchNorm1d(3), BatchNorm1d(3));
        var twice = plain.call(cat([inputs, inputs]));
        Tensor? output = null;
        using var trainable = Trainable(norm, batch => (output = norm.call(batch.Inputs)).square().mean());
        trainable.Join(new Twin());
        Train(trainable, inputs);
        Assert.True(output!.allclose(twice.narrow(0, 0, 4), 1e-5, 1e-6));
        Assert.True(norm.running_mean!.allclose(plain.running_mean!, 1e-5, 1e-6));
        Assert.True(norm.running_var!.allclose(plain.running_var!, 1e-5, 1e-6));
        Assert.Equal(1, norm.num_batches_tracked!.item<long>());
        Assert.True(norm.training);
    }

    /// <summary>No exception may leave an operation of autograd: it would end the process.</summary>
    [Fact]
    public void Train_APeerLostInBackward_ThrowsAfterThePass()
    {
        var norm = BatchNorm1d(3);
        using var trainable = Trainable(norm, batch => norm.call(batch.Inputs).square().mean());
        trainable.Join(new Twin { Meetings = 1 });
        Assert.Throws<PeerLostException>(() => Train(trainable, rand(4, 3)));
        trainable.Forget();
        trainable.Join(new Twin());
        Train(trainable, rand(4, 3)); // goes on in the next generation
    }

    [Fact]
    public void Train_ANormalisationWhoseForwardIsCalled_IsRefusedByItsName()
    {
        var norm = BatchNorm1d(3);
        using var trainable = Trainable(Sequential(("odd", norm)), batch => norm.forward(batch.Inputs).square().mean());
        var error = Assert.Throws<NotSupportedException>(() => Train(trainable, rand(4, 3)));
        Assert.Contains("'odd'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_ANetWithoutAny_SaysThatNothingChanges()
    {
        var net = Linear(3, 1);
        using var trainable = Trainable(net, batch => net.call(batch.Inputs).mean());
        Assert.Contains("'syncBatchNorm' changes nothing", Assert.Single(_notices), StringComparison.Ordinal);
        Assert.False(trainable.MeetsReplicas);
    }

    /// <summary>A part without samples leaves the gradients of the parts before as they were, and adds nothing to the loss.</summary>
    [Fact]
    public void Train_AnEmptyPart_ChangesNoGradient()
    {
        var norm = BatchNorm1d(3);
        using var trainable = Trainable(norm, batch => (norm.call(batch.Inputs) / 0).sum());
        trainable.Join(new Twin());
        norm.weight!.grad = ones(3);
        var share = Train(trainable, rand(4, 3), new Extent(0, 0));
        Assert.Equal(0, share.Sum.item<float>());
        Assert.Equal([1, 1, 1], norm.weight.grad!.data<float>().ToArray());
        Assert.Equal([0, 0, 0], norm.bias!.grad!.data<float>().ToArray());
    }

    /// <summary>What the net computes is looked at when it has computed something that counts.</summary>
    [Fact]
    public void Train_AnEmptyPartFirst_StillFindsABypassedOneLater()
    {
        var norm = BatchNorm1d(3);
        using var trainable = Trainable(Sequential(("odd", norm)), batch => norm.forward(batch.Inputs).square().mean());
        Train(trainable, rand(4, 3), new Extent(0, 0));
        Assert.Empty(_notices);
        Assert.Throws<NotSupportedException>(() => Train(trainable, rand(4, 3)));
    }

    private ModuleTrainable Trainable(Module module, Func<Batch, Tensor> loss) =>
        new(module, new ModuleTask { Loss = loss, SyncBatchNorm = true }, CPU, Precision.Fp32, seed: 1, _notices.Add);

    private static LossShare Train(ModuleTrainable trainable, Tensor inputs, Extent? part = null)
    {
        int count = (int)inputs.shape[0];
        int[] all = [.. Enumerable.Range(0, count)];
        var own = part ?? new Extent(0, count);
        var loaded = new LoadedBatch(new BatchPlan(0, 1, count, all, new Extent(0, count)), [inputs]);
        var pass = new PassContext(Training: true, 0, all.AsMemory(own.Start, own.Length));
        return trainable.Train(loaded, own, pass, UnheardPass.Instance);
    }

    /// <summary>Another replica that has the same numbers, and is lost after so many meetings.</summary>
    private sealed class Twin : ICollectives
    {
        private int _met;

        public int Meetings { get; init; } = int.MaxValue;

        public int Rank => 0;

        public int Size => 2;

        public unsafe IPendingOperation AllGather(Operation operation, ReadOnlySpan<TensorMemory> parts)
        {
            Assert.Equal((OperationKind.Statistics, _met), (operation.Kind, operation.Point));
            if (_met++ >= Meetings)
                throw new PeerLostException("worker w1 is gone", 1);
            Buffer.MemoryCopy((void*)parts[0].Address, (void*)parts[1].Address, parts[1].Bytes, parts[0].Bytes);
            return new Done();
        }

        public IPendingOperation ReduceScatter(Operation operation, ReadOnlySpan<TensorMemory> parts, TensorMemory sum) =>
            throw new NotSupportedException();

        public IPendingOperation AllReduce(Operation operation, TensorMemory values) => throw new NotSupportedException();

        private sealed class Done : IPendingOperation
        {
            public void Wait()
            {
                // it has come
            }
        }
    }
}
