namespace AlexNet.CheckBenchmark;

/// <summary>What the user asks for.</summary>
/// <param name="Device">auto, cpu or cuda.</param>
/// <param name="Full">The paper's net too, beside quickstart's.</param>
/// <param name="Batch">Samples of a step, over all replicas.</param>
/// <param name="Threads">The threads of each process.</param>
internal sealed record CheckOptions(string Device, bool Full, int Batch, int Threads)
{
    /// <summary>Steps of each run: those that law 1 speaks of.</summary>
    public const int Steps = 8;

    /// <summary>Recipes, smallest first.</summary>
    public IReadOnlyList<string> Recipes => Full ? ["quickstart", "imagenet-2012"] : ["quickstart"];
}
