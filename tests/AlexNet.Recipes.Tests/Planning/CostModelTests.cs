using AlexNet.Recipes.Planning;
using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Tests.Planning;

public class CostModelTests
{
    [Fact]
    public void Memory_LargerBatch_NeedsMore()
    {
        var recipe = RecipeFiles.Read("imagenet-2012");
        long small = CostModel.Memory(recipe),
            large = CostModel.Memory(recipe with { Training = recipe.Training with { Batch = 8 * recipe.Training.Batch } });
        // a process and the weights, and what a workstation has
        Assert.InRange(small, (long)CostModel.BaseMemory + 4 * 60_965_224, 16L << 30);
        Assert.True(large > 2 * small, $"{large} bytes for eight times the batch of {small} bytes");
    }

    /// <summary>Both forms of Adam keep two numbers for each parameter, and an average is one more.</summary>
    [Fact]
    public void Memory_OptimiserAndAverage_CountWhatTheyKeep()
    {
        var recipe = RecipeFiles.Read("imagenet-2012");
        long momentum = CostModel.Memory(recipe),
            adam = CostModel.Memory(recipe with { Optimizer = new AdamRecipe { Rate = 1 } }),
            decoupled = CostModel.Memory(recipe with { Optimizer = new AdamWRecipe { Rate = 1 } }),
            averaged = CostModel.Memory(recipe with { Training = recipe.Training with { Average = new() } });
        Assert.True(adam > momentum);
        Assert.Equal(adam, decoupled);
        Assert.Equal(adam, averaged);
    }
}
