using Lockstep.Core.Machines;
using Lockstep.Core.Recipes;
using Lockstep.Core.Runs;
using Lockstep.Launching;
using Lockstep.Options;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Tests.Options;

/// <summary>Whether a training may start, decided from the request, the data, the run before and the machine alone.</summary>
public sealed class RequestRulesTests
{
    private static readonly MachineRoom Room = new(Cores: 2, MemoryBytes: 16L << 30);
    private static readonly DataIdentity Data = new("abcd", 160, 40, ["cat", "dog"]);

    // 10 steps each
    private static readonly ModuleRecipe Recipe = SmallRequest.Recipe;

    private static readonly TrainRequest Request = SmallRequest.Create(OutputKind.Json);

    [Fact]
    public void Check_ModestRequest_HasNothingAgainstIt()
    {
        Assert.Empty(Errors(Request));
        AssertNothing(Found(Request));
    }

    [Fact]
    public void Check_FarTooMuch_IsRefused()
    {
        Assert.StartsWith(
            "--threads is 100000; it must be 1 to 256",
            Assert.Single(Errors(Request with { Threads = 100_000 })),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "2 workers and 1000 spares would need about",
            Assert.Single(Errors(Request with { Spares = 1000 })),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "2 workers and 1000 spares would need about",
            Assert.Single(Errors(Request with { Spares = 1000, OnCpu = false })),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Check_SpareOrElasticityThatNoLossReaches_IsRefused()
    {
        Assert.Contains(
            "no spare could ever step in",
            Assert.Single(Errors(Request with { Spares = 1, MostRestarts = 0 })),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "it could never shrink",
            Assert.Single(Errors(Request with { LeastReplicas = 1, MostRestarts = 0 })),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(70_000, 0, "--coordinator-port is 70000; it must be 0 (a free one) to 65535.")]
    [InlineData(-1, 0, "--coordinator-port is -1; it must be 0 (a free one) to 65535.")]
    [InlineData(0, 65_534, "--metrics-port is 65534; it must be 0 (a free one) to 65533, as the 2 ports after it are the workers'.")]
    [InlineData(9301, 9300, "--coordinator-port is 9301, which is one of the metrics ports 9300 to 9302; give another.")]
    public void Check_PortThatCannotBe_IsRefused(int coordinator, int metrics, string expected) =>
        Assert.Equal(expected, Assert.Single(Errors(Request with { CoordinatorPort = coordinator, MetricsPort = metrics })));

    [Fact]
    public void Check_StepsBeyondTheEpochs_AreSaidToChangeNothing() =>
        Assert.Contains(
            "is 500 and changes nothing: the run's 2 epochs end after 20 steps",
            Assert.Single(Found(Request with { Recipe = Recipe with { Training = Recipe.Training with { Steps = 500 } } }).Notes),
            StringComparison.Ordinal
        );

    [Fact]
    public void Check_DumpedStepThatIsNeverMade_IsRefused() =>
        Assert.Equal(
            "--dump-steps has 20, which the run never makes; its steps are 0 to 19.",
            Assert.Single(Found(Request with { DumpedSteps = [0, 19, 20] }).Errors)
        );

    [Fact]
    public void Check_ResumeWithOtherData_IsRefusedAndNamesWhatDiffers()
    {
        string error = Assert.Single(Found(Request, Run(10, Data with { Fingerprint = "b", ClassNames = ["dog", "cat"] })).Errors);
        Assert.Contains(
            "the run in '/runs/one' was begun with other data: class 0 was 'dog' and is now 'cat'",
            error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Check_ResumeOfARunThatDidNotRecordItsData_GoesOnAndSaysSo()
    {
        var (errors, notes) = Found(Request, Run(10, data: null));
        Assert.Empty(errors);
        Assert.Contains("whether they are still the same is not known", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ResumeOfARunWithoutACheckpoint_BeginsAnew() =>
        AssertNothing(Found(Request, new BegunRun(new("/runs/one", null), Recipe, Newest: null)));

    [Fact]
    public void Check_ResumeWithFewerEpochsThanDone_IsRefused()
    {
        var one = Request with { Recipe = Recipe with { Training = Recipe.Training with { Epochs = 1 } } };
        Assert.Contains(
            "nothing is left to train: the run has made 20 steps",
            Assert.Single(Found(one, Run(20, Data)).Errors),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Check_ResumeOfAFinishedRun_SaysThatNothingIsLeft() =>
        Assert.StartsWith("nothing is left to train", Assert.Single(Found(Request, Run(20, Data)).Notes), StringComparison.Ordinal);

    [Fact]
    public void Check_WeightsForARunThatGoesOn_AreRefused()
    {
        var request = Request with { Weights = new WeightsToBegin("/w", _ => { }) };
        AssertNothing(Found(request, null));
        foreach (var run in (BegunRun[])[Run(10, Data), new(new("/runs/one", null), Recipe, Newest: null)])
        {
            Assert.StartsWith(
                "--weights is given, but the run continues",
                Assert.Single(Found(request, run).Errors),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void Check_RecipeThatBeginsWithAFile_NeedsIt()
    {
        var request = Request with { Recipe = Recipe with { Start = new StartRecipe { Sha256 = new string('a', 64) } } };
        Assert.Contains("give it with --weights FILE", Assert.Single(Found(request, null).Errors), StringComparison.Ordinal);
        AssertNothing(Found(request with { Weights = new WeightsToBegin("/w", _ => { }) }, null));
        AssertNothing(Found(request, new BegunRun(new("/runs/one", null), Recipe, Newest: null)));
    }

    private static void AssertNothing((List<string> Errors, List<string> Notes) found) => Assert.Empty(found.Errors.Concat(found.Notes));

    private static List<string> Errors(TrainRequest request)
    {
        var errors = new List<string>();
        RequestRules.Check(request, Room, errors);
        return errors;
    }

    private static (List<string> Errors, List<string> Notes) Found(TrainRequest request, BegunRun? run = null)
    {
        var (errors, notes) = (new List<string>(), new List<string>());
        RequestRules.Check(request, Data, run, errors, notes);
        return (errors, notes);
    }

    private static BegunRun Run(long step, DataIdentity? data) =>
        new(
            new("/runs/one", null),
            Recipe,
            new Manifest
            {
                RunId = "one",
                Step = step,
                Epoch = 1,
                StepInEpoch = 0,
                Generation = 1,
                Replicas = 1,
                Shards = 2,
                RecipeHash = "",
                Environment = new RunEnvironment(1, "", "", "cpu", "fp32"),
                Files = [],
                Data = data,
            }
        );
}
