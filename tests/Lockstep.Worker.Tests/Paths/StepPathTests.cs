using AlexNet.Testing.Tracing;
using Lockstep.Native;
using Lockstep.Worker.Tests.Step;

namespace Lockstep.Worker.Tests.Paths;

/// <summary>The files of the worker that one step enters: those that make it, and those that follow and measure it.</summary>
public sealed class StepPathTests
{
    private static readonly string[] Measuring = ["/Watching/", "/Phasing/", "/Flights/"]; // the rooms of what follows a step

    /// <summary>The path itself: the second step of two replicas; the first makes what later ones find.</summary>
    [Fact]
    public async Task Step_OfTwoReplicas_UpdatesBoth()
    {
        NativeLibraries.Load();
        var group = new MemoryGroup(2);
        var recipe = TrainingStepTests.RecipeOf();
        using var first = new TestWorker(group, 0, recipe, 2 * recipe.Training.Batch, new TwoLayerNet());
        using var second = new TestWorker(group, 1, recipe, 2 * recipe.Training.Batch, new TwoLayerNet());
        Assert.All(await TestWorker.StepTogetherAsync(first, second), Assert.Null);

        FileTrace.Begin();
        Assert.All(await TestWorker.StepTogetherAsync(first, second), Assert.Null);
        FileTrace.End();

        Assert.Equal((2L, 2L), (first.State.Applied, second.State.Applied));
    }

    [Fact]
    public async Task What_makes_a_step_is_what_the_architecture_lists_and_at_most_6_files()
    {
        string test = $"{typeof(StepPathTests).FullName}.{nameof(Step_OfTwoReplicas_UpdatesBoth)}";
        var entered = await TracedTests.FilesOfAsync(test, ["Lockstep.Worker"], TestContext.Current.CancellationToken);
        var made = entered.Where(file => !Measuring.Any(file.Contains)).ToList();

        ListedFiles.AssertUnder("What makes a step", made);
        Assert.InRange(made.Count, 1, 6);
        ListedFiles.AssertUnder("What measures it", entered.Except(made));
    }
}
