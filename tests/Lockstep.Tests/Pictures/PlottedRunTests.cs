using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Pictures;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Runs;

namespace Lockstep.Tests.Pictures;

public sealed class PlottedRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Read_RunsOfOneName_AreToldApart()
    {
        string[] directories = [Run("a/run"), Run("b/run"), Run("b/other")];
        Assert.Equal([Path.Combine("a", "run"), Path.Combine("b", "run"), "other"], PlottedRun.Read(directories).Select(r => r.Name));
        Assert.Equal(["run", "run"], PlottedRun.Read([directories[0], directories[0] + "/"]).Select(r => r.Name)); // the same one twice
    }

    [Fact]
    public void Read_ARunThatNamesItsClasses_KnowsHowManyThereAre()
    {
        string known = Run("known");
        ClassNames.Write(known, ["cat", "dog"]);
        Assert.Equal([2, null], PlottedRun.Read([known, Run("unknown")]).Select(r => r.Classes));
    }

    [Fact]
    public void Read_SeveralThatHaveNothingToShow_NamesThemAll()
    {
        Directory.CreateDirectory(_folder["empty"]);
        var errors = Assert.Throws<BadInputException>(() => PlottedRun.Read([_folder["empty"], Run("good"), _folder["missing"]])).Errors;
        Assert.Equal(2, errors.Count);
        Assert.Contains("empty' holds no run", errors[0], StringComparison.Ordinal);
        Assert.Contains("missing' holds no run", errors[1], StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Run(string name)
    {
        Directory.CreateDirectory(_folder[name]);
        File.WriteAllText(
            Path.Combine(_folder[name], CheckpointFiles.Metrics),
            """{"event":"step","step":1,"loss":2.5,"rate":0.01}""" + "\n"
        );
        return _folder[name];
    }
}
