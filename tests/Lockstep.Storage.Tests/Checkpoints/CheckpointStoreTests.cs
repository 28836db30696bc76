using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Storage.Tests.Checkpoints;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryFolder _run = new();

    private CheckpointStore Store => new(_run.Path);

    [Fact]
    public void NewestWhole_NothingSaved_IsNull()
    {
        Assert.Null(Store.NewestWhole());
        Assert.Empty(Store.List());
        Assert.Empty(Store.Retain(3));
    }

    [Fact]
    public void List_SavesOfEveryState_AreToldNewestFirst()
    {
        SmallCheckpoint.Publish(_run.Path, 9);
        SmallCheckpoint.Gather(_run.Path, 100_000_000);
        File.Delete(Path.Combine(SmallCheckpoint.Publish(_run.Path, 20), CheckpointFiles.Manifest));
        Directory.CreateDirectory(Path.Combine(CheckpointFiles.Root(_run.Path), "notes"));
        var found = Store.List();
        Assert.Equal(
            [(100_000_000, CheckpointState.Unfinished), (20, CheckpointState.Damaged), (9, CheckpointState.Whole)],
            found.Select(c => (c.Step, c.State))
        );
        Assert.All(found, c => Assert.InRange(c.Written, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5)));
        Assert.Equal(new DirectoryInfo(found[2].Directory).GetFiles().Sum(f => f.Length), found[2].Bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("weights-0-of-2.safetensors.unfinished")]
    [InlineData("manifest.json.unfinished")]
    public void NewestWhole_SaveInterrupted_IsNoCheckpoint(string alsoThere)
    {
        string older = SmallCheckpoint.Publish(_run.Path, 10);
        SmallCheckpoint.Gather(_run.Path, 20);
        string gathered = CheckpointFiles.Unfinished(_run.Path, 20, 1);
        if (alsoThere.Length > 0)
            File.WriteAllText(Path.Combine(gathered, alsoThere), "{");
        Assert.Equal(older, Store.NewestWhole(damaged => Assert.Fail(damaged.Problems[0]))?.Directory);
        Assert.Throws<BadInputException>(() => ShardedTensors.Open(gathered));
    }

    [Fact]
    public void NewestWhole_KilledBetweenManifestAndName_IsWhole()
    {
        SmallCheckpoint.Publish(_run.Path, 10);
        var manifest = SmallCheckpoint.Gather(_run.Path, 20, generation: 3);
        manifest.Write(CheckpointFiles.Unfinished(_run.Path, 20, 3));
        Assert.Equal(20, Store.NewestWhole()?.Step);
    }

    [Fact]
    public void NewestWhole_DirectoryOfAnotherStep_IsPassedOver()
    {
        SmallCheckpoint.Publish(_run.Path, 10);
        Directory.Move(SmallCheckpoint.Publish(_run.Path, 20), CheckpointFiles.Directory(_run.Path, 30));
        var passedOver = new List<StoredCheckpoint>();
        Assert.Equal(10, Store.NewestWhole(passedOver.Add)?.Step);
        Assert.Contains(
            "its manifest is of step 20; its name requires step 30",
            Assert.Single(passedOver).Problems[0],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Publish_SameStepAgain_ReplacesIt()
    {
        SmallCheckpoint.Publish(_run.Path, 10, shards: 2, generation: 1);
        string again = SmallCheckpoint.Publish(_run.Path, 10, shards: 3, generation: 2);
        Assert.Equal(3, Assert.Single(Store.List()).Verify().Manifest?.Shards);
        Assert.Equal([again], Directory.GetDirectories(CheckpointFiles.Root(_run.Path)));
    }

    [Fact]
    public void Publish_WriterOfAnOldGenerationWakesUp_ChangesNothing()
    {
        var stale = SmallCheckpoint.Gather(_run.Path, 10, generation: 1);
        string whole = SmallCheckpoint.Publish(_run.Path, 10, generation: 2);
        SmallCheckpoint.Gather(_run.Path, 10, generation: 1);
        Assert.Equal(stale.Step, Store.NewestWhole()?.Step);
        Assert.Equal(CheckpointState.Whole, StoredCheckpoint.Read(whole).Verify().State);
    }

    [Fact]
    public void Retain_ManySaved_KeepsTheNewestAndTheBest()
    {
        SmallCheckpoint.Publish(_run.Path, 10, evaluated: Measured.At(10, 0.5));
        SmallCheckpoint.Publish(_run.Path, 20, evaluated: Measured.At(20, 0.9));
        SmallCheckpoint.Publish(_run.Path, 30, evaluated: Measured.At(20, 0.9));
        SmallCheckpoint.Gather(_run.Path, 35);
        SmallCheckpoint.Publish(_run.Path, 40, evaluated: Measured.At(20, 0.9));
        SmallCheckpoint.Publish(_run.Path, 50, evaluated: Measured.At(20, 0.9));
        SmallCheckpoint.Gather(_run.Path, 60);
        Directory.CreateDirectory(CheckpointFiles.Directory(_run.Path, 5) + ".deleted-left-by-a-crash");

        Assert.Equal(3, Store.Retain(2).Count);
        Assert.Equal([60, 50, 40, 20], Store.List().Select(c => c.Step));
        Assert.Equal(4, Directory.GetDirectories(CheckpointFiles.Root(_run.Path)).Length);
        Assert.Empty(Store.Retain(2));
    }

    /// <summary>
    /// A run that stops at the end of an epoch saves, and evaluates once it is resumed: a later manifest says what the first checkpoint is
    /// worth.
    /// </summary>
    [Fact]
    public void Retain_EvaluatedAfterItWasSaved_KeepsTheBest()
    {
        SmallCheckpoint.Publish(_run.Path, 10);
        SmallCheckpoint.Publish(_run.Path, 20, evaluated: Measured.At(10, 0.9));
        SmallCheckpoint.Publish(_run.Path, 30, evaluated: Measured.At(30, 0.5));
        Store.Retain(1);
        Assert.Equal([30, 10], Store.List().Select(c => c.Step));
    }

    [Fact]
    public void Retain_NewerOnesDamaged_NeverDeletesTheOnlyWholeOne()
    {
        SmallCheckpoint.Publish(_run.Path, 10);
        foreach (long step in new long[] { 20, 30 })
            Flip(Path.Combine(SmallCheckpoint.Publish(_run.Path, step), "weights-0-of-2.safetensors")); // lengths tell nothing
        Assert.Empty(Store.Retain(2));
        Assert.Equal(10, Store.NewestWhole()?.Step);
    }

    [Fact]
    public void Retain_OlderOnesDamaged_DeletesThem()
    {
        File.Delete(Path.Combine(SmallCheckpoint.Publish(_run.Path, 10), CheckpointFiles.Manifest));
        SmallCheckpoint.Publish(_run.Path, 20);
        Assert.Equal([CheckpointFiles.Directory(_run.Path, 10)], Store.Retain(3, verifiedStep: 20));
    }

    /// <summary>As a second program does that looks at a run while the first one saves and deletes.</summary>
    [Fact]
    public async Task List_WhileAnotherProgramDeletes_TellsWhatIsWhole()
    {
        var training = Task.Run(
            () =>
            {
                for (int step = 1; step <= 30; step++)
                {
                    SmallCheckpoint.Publish(_run.Path, step);
                    Store.Retain(1, verifiedStep: step);
                }
            },
            TestContext.Current.CancellationToken
        );
        do Assert.DoesNotContain(Store.List(), c => c.State == CheckpointState.Damaged);
        while (!training.IsCompleted);
        await training;
    }

    [Fact]
    public void DeleteUnfinished_AfterTheRunWasCutShort_LeavesWhatIsWhole()
    {
        SmallCheckpoint.Publish(_run.Path, 10);
        SmallCheckpoint.Gather(_run.Path, 20);
        Store.DeleteUnfinished();
        Assert.Equal([10], Store.List().Select(c => c.Step));
        Assert.Single(Directory.GetDirectories(CheckpointFiles.Root(_run.Path)));
    }

    [Fact]
    public void Abandon_FailedSave_FreesItsSpace()
    {
        SmallCheckpoint.Gather(_run.Path, 10, generation: 4);
        Store.Abandon(10, generation: 3);
        Assert.Single(Store.List());
        Store.Abandon(10, generation: 4);
        Assert.Empty(Directory.GetDirectories(CheckpointFiles.Root(_run.Path)));
    }

    public void Dispose() => _run.Dispose();

    private static void Flip(string path)
    {
        byte[] content = File.ReadAllBytes(path);
        content[^1] ^= 1;
        File.WriteAllBytes(path, content);
    }
}
