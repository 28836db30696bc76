using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Launching;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Tests.Launching;

/// <summary>Weights become a file of the run, and their hash a part of its recipe.</summary>
public sealed class WeightsToBeginTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Begin_SafetensorsFile_IsCopiedAndNamedByTheRecipe()
    {
        string path = Weights();
        var recipe = WeightsToBegin.Of(path).Begin(_folder.Path, SmallRequest.Recipe);
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(CheckpointFiles.Start(_folder.Path)));
        Assert.Equal(ManifestFile.Of(path).Sha256, recipe.Start?.Sha256);
        Assert.Equal(recipe.Start, WeightsToBegin.Of(path).Begin(_folder.Path, recipe).Start);
    }

    [Fact]
    public void Begin_OtherWeightsThanTheRecipeNames_AreRefused()
    {
        var named = SmallRequest.Recipe with { Start = new StartRecipe { Sha256 = new string('a', 64) } };
        var error = Assert.Throws<BadInputException>(() => WeightsToBegin.Of(Weights()).Begin(_folder.Path, named));
        Assert.Contains("Give the file that the recipe means, or leave 'start' out of it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Begin_FileOfAnotherFormat_IsRefused()
    {
        File.WriteAllText(_folder["text"], "no weights at all");
        Assert.Throws<BadInputException>(() => WeightsToBegin.Of(_folder["text"]).Begin(_folder.Path, SmallRequest.Recipe));
    }

    public void Dispose() => _folder.Dispose();

    private string Weights()
    {
        DurableFile.Write(_folder["weights"], file => SafetensorsWriter.Write(file, []));
        return _folder["weights"];
    }
}
