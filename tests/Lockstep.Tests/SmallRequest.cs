using Lockstep.Core.Recipes;
using Lockstep.Launching;

namespace Lockstep.Tests;

/// <summary>A training of a small module in two replicas: batches of 16, two epochs.</summary>
internal static class SmallRequest
{
    public static ModuleRecipe Recipe { get; } =
        new()
        {
            Name = "small",
            Module = new ShardSize(Parameters: 100, Tensors: 2),
            Optimizer = new SgdRecipe { Rate = 0.1 },
            Training = new TrainingRecipe { Batch = 16, Epochs = 2 },
            Layout = new LayoutRecipe { Replicas = 2 },
        };

    public static TrainRequest Create(OutputKind output) =>
        new()
        {
            Recipe = Recipe,
            Programs = new(ProgramCommand.Beside("coordinator"), ProgramCommand.Beside("worker")),
            WorkerBytes = 1e9,
            SpareBytes = 0.5e9,
            RunDirectory = "/runs/one",
            Threads = 1,
            Device = "cpu",
            Transport = "auto",
            DeadlineSeconds = 60,
            MostRestarts = 10,
            Spares = 0,
            LeastReplicas = 2,
            GraceSeconds = 25,
            StartTimeout = TimeSpan.FromSeconds(90),
            CoordinatorPort = 0,
            MetricsPort = 0,
            Output = output,
        };
}
