using AlexNet.Data.Images.Formats;
using AlexNet.Data.Loading;
using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Worker.Run;

namespace Cluster.Tests.Failures;

/// <summary>What every worker would meet again ends the run at the first meeting, in the words of the worker that met it.</summary>
public sealed class BrokenPictureTests : IDisposable
{
    // a BMP file of 2x2 pixels
    private static readonly byte[] Picture =
    [
        0x42,
        0x4D,
        70,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        54,
        0,
        0,
        0,
        40,
        0,
        0,
        0,
        2,
        0,
        0,
        0,
        2,
        0,
        0,
        0,
        1,
        0,
        24,
        0,
        0,
        0,
        0,
        0,
        16,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        10,
        20,
        30,
        40,
        50,
        60,
        0,
        0,
        70,
        80,
        90,
        100,
        110,
        120,
        0,
        0,
    ];

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_broken_picture_ends_the_run_with_its_name(int shards)
    {
        if (shards > 1)
            LongTests.Require();
        foreach (
            string file in new[] { "train/a", "train/b", "val/a", "val/b" }.SelectMany(folder =>
                Enumerable.Range(0, 4).Select(i => $"data/{folder}/{i}.bmp")
            )
        )
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[file]) ?? "");
            File.WriteAllBytes(_folder[file], Picture);
        }
        File.WriteAllText(_folder["data/train/a/2.bmp"], "junk");
        File.WriteAllText(
            _folder["recipe.json"],
            """
            {
              "name": "pictures",
              "data": { "kind": "images", "classes": 2, "channels": 3, "height": 16, "width": 16, "resize": { "kind": "whole" } },
              "net": {
                "towers": 2,
                "init": { "kind": "he" },
                "layers": [
                  { "kind": "conv", "name": "conv1", "connect": "all", "filters": 4, "kernel": 3, "stride": 2, "padding": 1 },
                  { "kind": "fc", "name": "fc2", "connect": "all", "outputs": 2, "activation": "none" }
                ]
              },
              "optimizer": { "kind": "adam", "rate": 0.001 },
              "training": { "batch": 4, "epochs": 1 }
            }
            """
        );
        await using var alexnet = AlexnetProcess.Train(
            _folder["run"],
            _folder["recipe.json"],
            "--data",
            _folder["data"],
            "--shards",
            $"{shards}",
            "--threads",
            "1"
        );
        Assert.Equal(ExitCodes.BadInput, await alexnet.ExitCodeAsync(SmallRun.Deadline));
        Assert.Contains($"image '{_folder["data/train/a/2.bmp"]}' begins with", alexnet.FailureMessage, StringComparison.Ordinal);
        Assert.DoesNotContain(alexnet.Events, e => e.GetProperty("event").GetString() == "generation");
    }

    [Fact]
    public void Errors_that_every_worker_would_meet_again_are_told_from_those_of_one_machine()
    {
        LoadingException Loading(Exception cause) => new("loading failed", new LoadingException("image 3", cause));
        Exception[] fatal =
        [
            Loading(new ImageException("3.png", "begins with junk", "a JPEG is required")),
            Loading(new FileNotFoundException()),
            Loading(new EndOfStreamException()),
            new DllNotFoundException(),
            new NullReferenceException(),
            new ArgumentOutOfRangeException(),
            new DivideByZeroException(),
            new OutOfMemoryException(),
            new System.Runtime.InteropServices.ExternalException("mat1 and mat2 shapes cannot be multiplied"),
            new BadInputException("bad"),
        ];
        Exception[] passing =
        [
            Loading(new IOException("Input/output error")),
            new IOException("No space left on device"),
            new TimeoutException(),
            new ObjectDisposedException("mesh"),
            new System.Runtime.InteropServices.ExternalException("CUDA error: unspecified launch failure"),
            new InvalidOperationException("the run was ended"),
        ];
        Assert.All(fatal, e => Assert.True(WorkerFailure.IsFatal(e), e.ToString()));
        Assert.All(passing, e => Assert.False(WorkerFailure.IsFatal(e), e.ToString()));
        Assert.Equal((ExitCodes.BadInput, ExitCodes.Failed), (WorkerFailure.ExitCodeOf(fatal[0]), WorkerFailure.ExitCodeOf(passing[0])));
    }

    public void Dispose() => _folder.Dispose();
}
