using Lockstep.Checking;
using Lockstep.Core.Recipes;
using Lockstep.Torch.Modules;
using Lockstep.Worker.Applications;
using static TorchSharp.torch;

namespace Lockstep.Tests.Checking;

/// <summary>A check of a small net with a batch of eight samples.</summary>
internal static class SmallCheck
{
    /// <summary>Of the tests that draw from torch's own random numbers, which a process has once.</summary>
    public const string Collection = "torch's random numbers";

    /// <param name="net">Makes the net, and says its loss from itself and a batch's inputs.</param>
    /// <param name="samples">Makes the samples, samples x whatever each has; three numbers each by default.</param>
    /// <param name="syncBatchNorm">Batch statistics are those of all replicas.</param>
    public static IReadOnlyList<Finding> Run<TNet>(
        Func<(TNet Net, Func<TNet, Tensor, Tensor> Loss)> net,
        Func<Tensor>? samples = null,
        bool syncBatchNorm = false
    )
        where TNet : nn.Module
    {
        var application = new ModuleApplication("test", () => (Samples(samples), Samples(samples)), Create, _ => { });
        var recipe = new ModuleRecipe
        {
            Name = "test",
            Module = new ShardSize(1, 1),
            Optimizer = new AdamRecipe { Rate = 1e-3 },
            Training = new TrainingRecipe { Batch = 8, Epochs = 1 },
            SyncBatchNorm = syncBatchNorm,
        };
        return new NetCheck(application, recipe).Run();

        (nn.Module, ModuleTask) Create()
        {
            var (module, loss) = net();
            return (module, new ModuleTask { Loss = batch => loss(module, batch.Inputs) });
        }
    }

    private static TensorSamples Samples(Func<Tensor>? make)
    {
        using var generator = new Generator(1);
        return new TensorSamples(make?.Invoke() ?? rand(8, 3, generator: generator));
    }
}
