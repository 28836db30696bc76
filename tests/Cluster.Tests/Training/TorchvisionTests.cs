using AlexNet.Testing;
using Cluster.Tests.Laws;
using Lockstep.Core.Errors;
using Lockstep.Storage.Checkpoints;

namespace Cluster.Tests.Training;

/// <summary>The recipe alexnet-2014 goes on from weights of torchvision's module, in one worker and in two.</summary>
public sealed class TorchvisionTests(ITestOutputHelper log) : IDisposable
{
    private const int Steps = 16,
        ComparedLosses = 8; // two correct fp32 programs drift apart later
    private const double LossTolerance = 1e-3; // law 1
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);
    private static readonly string[] TenClasses = Set("data.classes=10", "net.layers.fc8.outputs=10");

    /// <summary>A few pictures, which the net learns by heart.</summary>
    private static readonly string[] FewPictures =
    [
        .. Set("data.generated.train=48", "data.generated.test=16", "training.epochs=10", "optimizer.rate=0.0003"),
        .. Set("net.layers.conv5.dropout=0", "net.layers.fc6.dropout=0"),
    ];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Weights_of_torchvision_are_fine_tuned_to_other_classes()
    {
        await SaveModuleAsync();
        await using (var alexnet = Start(_folder["refused"], 1, TenClasses))
        {
            Assert.Equal(ExitCodes.BadInput, await alexnet.ExitCodeAsync(Deadline));
            Assert.Contains("Add --fresh-last-layer to begin 'fc8' with random numbers", alexnet.Error, StringComparison.Ordinal);
        }

        string[] fresh = [.. TenClasses, "--fresh-last-layer"];
        var whole = await LossesAsync(_folder["whole"], 1, [.. fresh, "--dump-steps", "0"]);
        var halves = await LossesAsync(_folder["halves"], 2, fresh);
        double difference = whole.Zip(halves, (a, b) => Math.Abs(a - b)).Take(ComparedLosses).Max();
        log.WriteLine(
            $"losses {string.Join(", ", whole.Select(l => $"{l:F4}"))}; in two shards they first differ by at most {difference:E1}"
        );
        Assert.Equal((Steps, Steps), (whole.Count, halves.Count));
        Assert.InRange(difference, 0, LossTolerance);
        Assert.InRange(whole.TakeLast(ComparedLosses).Average(), 0, 0.7 * whole[0]); // it learns
        AssertBegunWithTheModule(_folder["whole"]);

        // back to torchvision, with the names that it knows
        await using var export = AlexnetProcess.Start([
            "checkpoints",
            "export",
            _folder["whole"],
            "--names",
            "torchvision",
            "--out",
            _folder["back.safetensors"],
            "--output",
            "json",
        ]);
        Assert.Equal(ExitCodes.Done, await export.ExitCodeAsync(Deadline));
        using var back = ShardedTensors.Open(_folder["back.safetensors"]);
        Assert.Equal([10L, 4096L], back.Shapes["classifier.6.weight"]);
    }

    public void Dispose() => _folder.Dispose();

    private async Task SaveModuleAsync()
    {
        LongTests.Require();
        Assert.SkipUnless(File.Exists(PythonProgram.Path), $"{PythonProgram.Path} is missing.");
        const string program = """
            import sys
            try:
                import torch, torchvision
            except ImportError:
                sys.exit(5)
            torch.manual_seed(3)
            net = torchvision.models.alexnet(weights=None)
            for layer in net.modules():  # torchvision's own random numbers would take thousands of steps to say anything
                if hasattr(layer, "weight"):
                    torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                    torch.nn.init.zeros_(layer.bias)
            torch.save(net.state_dict(), sys.argv[1])
            net.features[0].weight.detach().numpy().tofile(sys.argv[2])
            """;
        await using var python = ProgramProcess.Start(PythonProgram.Path, ["-c", program, _folder["alexnet.pth"], _folder["conv1"]]);
        int code = await python.ExitCodeAsync(Deadline);
        Assert.SkipWhen(code == 5, $"{PythonProgram.Path} has no torchvision (Debian: python3-torchvision).");
        Assert.Equal(0, code);
    }

    private void AssertBegunWithTheModule(string run)
    {
        float[] conv1 = TensorComparison.Read(
            Path.Combine(run, "dumps", "step-00000000"),
            CheckpointFiles.Weights,
            "conv1.weight",
            [64, 3, 11, 11]
        );
        byte[] module = File.ReadAllBytes(_folder["conv1"]);
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.AsBytes(conv1.AsSpan()).SequenceEqual(module), "other weights");
    }

    private static string[] Set(params string[] settings) => [.. settings.SelectMany(setting => new[] { "--set", setting })];

    private AlexnetProcess Start(string run, int shards, IEnumerable<string> arguments) =>
        AlexnetProcess.Train(
            run,
            [
                "alexnet-2014",
                "--data",
                "generated",
                "--batch",
                "16",
                "--steps",
                $"{Steps}",
                "--shards",
                $"{shards}",
                "--threads",
                $"{2 / shards}",
                "--weights",
                _folder["alexnet.pth"],
                .. FewPictures,
                .. arguments,
            ]
        );

    private async Task<IReadOnlyList<double>> LossesAsync(string run, int shards, IEnumerable<string> arguments)
    {
        await using var alexnet = Start(run, shards, arguments);
        await alexnet.FinishAsync(Deadline);
        return alexnet.Losses;
    }
}
