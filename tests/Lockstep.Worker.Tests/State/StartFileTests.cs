using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;
using Lockstep.Worker.State;

namespace Lockstep.Worker.Tests.State;

/// <summary>Which file a worker begins with, and when it refuses.</summary>
public sealed class StartFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _file;
    private readonly StartRecipe _start;

    public StartFileTests()
    {
        _file = CheckpointFiles.Start(_folder.Path);
        File.WriteAllText(_file, "weights");
        _start = new StartRecipe { Sha256 = ManifestFile.Of(_file).Sha256 };
    }

    [Fact]
    public void Find_RandomNumbers_IsNoFile() => Assert.Null(StartFile.Find(null, null, _folder.Path));

    [Fact]
    public void Find_RecipeWithAStart_IsTheFileOfTheRunDirectoryOrTheOneGiven()
    {
        Assert.Equal(_file, StartFile.Find(_start, null, _folder.Path));
        File.Copy(_file, _folder["copy"]);
        Assert.Equal(_folder["copy"], StartFile.Find(_start, _folder["copy"], null));
    }

    [Fact]
    public void Find_WeightsThatTheRecipeDoesNotName_AreRefusedWithTheSettingThatDoes() =>
        AssertRefused(() => StartFile.Find(null, _file, null), $"give the coordinator the setting 'set' with start.sha256={_start.Sha256}");

    [Fact]
    public void Find_NeitherWeightsNorRunDirectory_IsRefused() =>
        AssertRefused(() => StartFile.Find(_start, null, null), $"give it the file whose SHA-256 is {_start.Sha256}");

    [Fact]
    public void Find_MissingOrOtherFile_IsRefused()
    {
        AssertRefused(() => StartFile.Find(_start, _folder["nowhere"], null), "with which the run begins, cannot be read");
        File.WriteAllText(_file, "other");
        AssertRefused(() => StartFile.Find(_start, null, _folder.Path), $"the run's recipe begins with {_start.Sha256}");
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertRefused(Func<string?> find, string expected) =>
        Assert.Contains(expected, Assert.Throws<BadInputException>(find).Message, StringComparison.Ordinal);
}
