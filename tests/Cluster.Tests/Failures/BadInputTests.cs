using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using AlexNet.Testing;
using Lockstep.Core.Errors;

namespace Cluster.Tests.Failures;

/// <summary>What cannot run is refused at the start, with a message that says what to do, and exit code 2.</summary>
public sealed class BadInputTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("'nonsense' is unknown: neither a file nor one of", "nonsense")]
    [InlineData("'optimizer.speed' is unknown", "quickstart", "--set", "optimizer.speed=1")]
    [InlineData("does not divide the net's 2 towers; use --shards 1 or 2", "quickstart", "--shards", "3")]
    [InlineData("layer 'conv2' has a kernel of 99x99 that does not fit its input", "quickstart", "--set", "net.layers.conv2.kernel=99")]
    [InlineData("--threads is 0; it must be 1 to", "quickstart", "--threads", "0")]
    [InlineData("--frobnicate", "quickstart", "--frobnicate")]
    [InlineData("layer 'fc8' has 10 outputs, and each worker must hold one at least", "quickstart", "--plan", "hybrid", "--shards", "11")]
    [InlineData("--workers is given together with --shards or --replicas", "quickstart", "--workers", "2", "--shards", "2")]
    [InlineData("--data", "fashion-mnist-compact")]
    [InlineData("--data", "fashion-mnist-compact", "--data", "/nowhere/at/all")]
    [InlineData("generated", "imagenet-2012")]
    [InlineData("draws its pictures from the seed", "quickstart", "--data", ".")]
    [InlineData("did you mean --shards?", "quickstart", "--shard", "2")]
    [InlineData("say how many workers there are", "quickstart", "--plan", "hybrid", "--shards", "1")]
    [InlineData("'layout.replicas' is 1000, and a step has 64 samples", "quickstart", "--replicas", "1000", "--shards", "1")]
    [InlineData("--threads is 100000; it must be 1 to", "quickstart", "--threads", "100000")]
    [InlineData("give 1:3, or leave --replicas out", "quickstart", "--elastic", "1:2", "--replicas", "3")]
    [InlineData("holds no run that could continue", "--resume")]
    public async Task Refused_at_the_start_with_its_remedy(string expected, params string[] arguments) =>
        Assert.Contains(expected, await RefusalAsync(arguments), StringComparison.Ordinal);

    [Fact]
    public async Task All_errors_of_a_recipe_come_at_once()
    {
        string message = await RefusalAsync("quickstart", "--shards", "3", "--batch", "0", "--set", "optimizer.rate=-1");
        Assert.All(new[] { "layout.shards", "training.batch", "optimizer.rate" }, key =>
            Assert.Contains(key, message, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_truncated_data_file_is_named()
    {
        WriteIdx(labels: 20, badLabel: false);
        string path = _folder["data/t10k-images-idx3-ubyte"];
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^100]);
        string message = await RefusalAsync("fashion-mnist-compact", "--data", _folder["data"]);
        Assert.Equal(2, message.Split("t10k-images-idx3-ubyte").Length - 1); // once for people, once for programs
        Assert.False(Directory.Exists(_folder["run"])); // and nothing was begun
    }

    [Fact]
    public async Task A_label_out_of_range_is_named()
    {
        WriteIdx(labels: 20, badLabel: true);
        string message = await RefusalAsync("fashion-mnist-compact", "--data", _folder["data"]);
        Assert.Contains("train-labels-idx1-ubyte", message, StringComparison.Ordinal);
        Assert.Contains("77", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_occupied_port_is_named()
    {
        using var occupied = new TcpListener(IPAddress.Loopback, 0);
        occupied.Start();
        int port = ((IPEndPoint)occupied.LocalEndpoint).Port;
        Assert.Contains($"{port}", await RefusalAsync("quickstart", "--coordinator-port", $"{port}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_directory_in_use_is_left_alone()
    {
        Directory.CreateDirectory(_folder["run"]);
        File.WriteAllText(_folder["run/metrics.jsonl"], "mine");
        Assert.Contains("holds a run already", await RefusalAsync("quickstart"), StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(_folder["run/metrics.jsonl"]));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> RefusalAsync(params string[] arguments)
    {
        await using var alexnet = AlexnetProcess.Train(_folder["run"], arguments);
        int code = await alexnet.ExitCodeAsync(Deadline);
        Assert.Equal("failed", alexnet.Events.Last().GetProperty("event").GetString()); // programs read the end there, whatever it was
        Assert.Equal(ExitCodes.BadInput, alexnet.Events.Last().GetProperty("exit_code").GetInt32());
        string message = alexnet.Error + string.Join('\n', alexnet.Events);
        Assert.True(code == ExitCodes.BadInput, $"exit code {code}: {message}");
        return System.Text.RegularExpressions.Regex.Unescape(message);
    }

    private void WriteIdx(int labels, bool badLabel)
    {
        Directory.CreateDirectory(_folder["data"]);
        foreach (string set in new[] { "train", "t10k" })
        {
            byte[] values = [.. Enumerable.Range(0, labels).Select(i => (byte)(i % 10))];
            if (badLabel && set == "train")
                values[7] = 77;
            File.WriteAllBytes(
                _folder[$"data/{set}-images-idx3-ubyte"],
                [0, 0, 8, 3, .. BigEndian(labels), .. BigEndian(28), .. BigEndian(28), .. new byte[labels * 28 * 28]]
            );
            using var gzip = new GZipStream(File.Create(_folder[$"data/{set}-labels-idx1-ubyte.gz"]), CompressionLevel.Fastest);
            gzip.Write([0, 0, 8, 1, .. BigEndian(labels), .. values]);
        }
    }

    private static byte[] BigEndian(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
