using AlexNet.Testing;

namespace Cluster.Tests;

/// <summary>Trains small things for a few steps, each worker with one thread.</summary>
internal static class SmallRun
{
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    /// <summary>Few pictures, so that a run starts fast.</summary>
    public static readonly string[] FewPictures = ["--set", "data.generated.train=400", "--set", "data.generated.test=70"];

    /// <summary>Arguments of a run that many tests look at: three steps of two shards.</summary>
    public static readonly string[] ThreeSteps = ["quickstart", "--shards", "2", "--steps", "3"];

    /// <summary>Trains to the end and returns the losses of its steps.</summary>
    /// <param name="runDirectory">A new one.</param>
    /// <param name="arguments">The recipe first; what they set stands over what is set here.</param>
    public static async Task<IReadOnlyList<double>> LossesAsync(string runDirectory, params string[] arguments)
    {
        await using var alexnet = AlexnetProcess.Train(runDirectory, [arguments[0], .. FewPictures, "--threads", "1", .. arguments[1..]]);
        await alexnet.FinishAsync(Deadline);
        return alexnet.Losses;
    }
}
