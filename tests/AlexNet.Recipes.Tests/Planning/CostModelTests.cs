using AlexNet.Recipes.Planning;

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
}
