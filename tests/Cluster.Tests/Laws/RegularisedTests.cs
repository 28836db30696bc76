using AlexNet.Testing;
using Cluster.Tests.Buckets;
using Cluster.Tests.Failures;
using Cluster.Tests.Recovery;
using Lockstep.Storage.Checkpoints;

namespace Cluster.Tests.Laws;

/// <summary>
/// Laws 1, 3 and 4 with every augmentation and regulariser at once: they depend on (seed, epoch, sample), and on nothing else.
/// </summary>
public sealed class RegularisedTests : IDisposable
{
    private const int Steps = 12; // two epochs of six, a checkpoint in the middle of the second

    private static readonly string[] Settings =
    [
        """
            data.augmentation={"resizedCrop":{"leastArea":0.3},"horizontalFlip":true,"verticalFlip":true,"colourJitter":{"hue":0.1},
            "colourNoise":{},"erasing":{"share":0.5},"mixup":{"strength":0.4,"share":0.4},"cutmix":{"share":0.4}}
            """,
        """data.progressive=[{"until":0.5,"height":32,"width":32}]""",
        """net.layers.conv1.adaptivePool={"height":6,"width":6}""",
        """loss={"labelSmoothing":0.1,"weighting":"balanced"}""",
        """training.average={"decay":0.9}""",
        "training.clipNorm=1",
        """optimizer={"kind":"adamw","rate":0.002,"groups":[{"names":"conv1.*","rate":0.5}]}""",
        """schedule={"kind":"cosine","warmUp":{"steps":3}}""",
        "training.batch=16",
        "checkpoint.everySteps=3",
        "layout.factors=never",
    ];

    private readonly TemporaryFolder _folder = new();

    public RegularisedTests()
    {
        PictureFolder.Write(_folder["data"], perClass: 48);
        File.WriteAllText(_folder["pictures.json"], PictureFolder.Recipe);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public async Task A_cut_net_and_a_shared_batch_compute_what_one_worker_does(int replicas, int shards)
    {
        if (shards == 2)
            LongTests.Require();
        var whole = await LossesAsync("whole", Layout(1, 1));
        var cut = await LossesAsync("cut", Layout(replicas, shards));
        Assert.Equal(Steps, whole.Count);
        Assert.All(whole.Zip(cut), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    /// <summary>The weights of a checkpoint are the averages, and the others lie beside the optimiser's state: both are compared.</summary>
    [Fact]
    public async Task Killed_and_resumed_in_mid_epoch_it_ends_in_the_same_bits()
    {
        var calm = await LossesAsync("calm", Layout(1, 2));
        await using (var killed = AlexnetProcess.Train(_folder["killed"], Arguments(Layout(1, 2))))
        {
            await killed.StepAsync(10);
            Processes.Signal(killed.Id, Processes.SigKill);
            await killed.ExitCodeAsync(SmallRun.Deadline);
        }
        await LossesAsync("killed", [.. Layout(1, 2), "--resume"]);
        Assert.Equal(Steps, calm.Count);
        AssertEqual("calm", "killed");
    }

    [Fact]
    public async Task A_replica_that_is_killed_gets_weights_and_averages_from_the_other()
    {
        var calm = await LossesAsync("calm", Layout(2, 1));
        await using var struck = AlexnetProcess.TrainWithFault(_folder["struck"], "kill@1.0:8:reduce", Arguments(Layout(2, 1)));
        await struck.FinishAsync(SmallRun.Deadline);
        Assert.Equal("live", struck.SecondGeneration().Source);
        Assert.Equal(Steps, calm.Count);
        AssertEqual("calm", "struck");
    }

    [Fact]
    public async Task Evaluations_measure_the_average_and_the_weights_in_training()
    {
        await using var alexnet = AlexnetProcess.Train(_folder["measured"], Arguments(Layout(1, 1)));
        await alexnet.FinishAsync(SmallRun.Deadline);
        var evaluation = alexnet.EventsOf("epoch")[^1];
        Assert.InRange(evaluation.GetProperty("top1").GetDouble(), 0, 1);
        Assert.NotEqual(evaluation.GetProperty("test_loss").GetDouble(), evaluation.GetProperty("raw_test_loss").GetDouble());
    }

    /// <summary>
    /// The same pictures, crops and mixtures, but smaller ones: the first step's loss is another, and an evaluation of the same weights is
    /// not.
    /// </summary>
    [Fact]
    public async Task Progressive_resizing_changes_what_training_sees_and_no_evaluation()
    {
        string[] still = ["--steps", "1", "--set", "optimizer.rate=1e-30", "--set", "optimizer.weightDecay=0"];
        var (staged, whole) = (await MeasuredAsync("staged"), await MeasuredAsync("whole", "--set", "data.progressive=[]"));
        Assert.NotEqual(whole.Loss, staged.Loss);
        Assert.Equal(whole.TestLoss, staged.TestLoss);

        async Task<(double Loss, double TestLoss)> MeasuredAsync(string run, params string[] more)
        {
            await using var alexnet = AlexnetProcess.Train(_folder[run], [.. Arguments(Layout(1, 1)), .. still, .. more]);
            await alexnet.FinishAsync(SmallRun.Deadline);
            return (alexnet.Losses[0], alexnet.EventsOf("epoch")[^1].GetProperty("raw_test_loss").GetDouble());
        }
    }

    public void Dispose() => _folder.Dispose();

    private static string[] Layout(int replicas, int shards) => ["--replicas", $"{replicas}", "--shards", $"{shards}"];

    private string[] Arguments(string[] layout) =>
        [
            _folder["pictures.json"],
            "--data",
            _folder["data"],
            "--threads",
            "1",
            .. layout,
            .. Settings.SelectMany(setting => new[] { "--set", setting }),
        ];

    private async Task<IReadOnlyList<double>> LossesAsync(string run, string[] layout)
    {
        await using var alexnet = AlexnetProcess.Train(_folder[run], Arguments(layout));
        await alexnet.FinishAsync(SmallRun.Deadline);
        return alexnet.Losses;
    }

    private void AssertEqual(string first, string second)
    {
        var (one, other) = (CheckpointFiles.Directory(_folder[first], Steps), CheckpointFiles.Directory(_folder[second], Steps));
        foreach (string file in Directory.GetFiles(one, "*.safetensors"))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(other, Path.GetFileName(file))));
        Assert.NotEmpty(Directory.GetFiles(one, "*optimizer*.safetensors"));
    }
}
