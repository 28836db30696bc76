using AlexNet.Testing;

namespace AlexNet.Cluster.Tests;

/// <summary>Trains small things for a few steps, each worker with one thread.</summary>
internal static class SmallRun
{
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    /// <summary>Few pictures, so that a run starts fast.</summary>
    public static readonly string[] FewPictures = ["--set", "data.generated.train=400", "--set", "data.generated.test=70"];

    /// <summary>Trains to the end and returns the losses of its steps.</summary>
    public static async Task<IReadOnlyList<double>> LossesAsync(string runDirectory, params IEnumerable<string> arguments)
    {
        await using var alexnet = AlexnetProcess.Train(runDirectory, [.. arguments, "--threads", "1", .. FewPictures]);
        await alexnet.FinishAsync(Deadline);
        return alexnet.Losses;
    }
}
