namespace AlexNet.Cli.Bench;

/// <summary>One precision in one layout.</summary>
/// <param name="Precision">Such as fp32.</param>
/// <param name="Layout">Replicas x shards.</param>
/// <param name="Threads">The threads of each worker.</param>
/// <param name="ImagesPerSecond">The images per second of all workers together, by the median step.</param>
/// <param name="StepMs">Median time of a step, of its slowest worker.</param>
/// <param name="KernelsMs">The sum of what the layers' kernels take alone in one worker, and the update.</param>
/// <param name="Phases">Median milliseconds of each phase, mean over workers.</param>
internal sealed record ComputeRow(
    string Precision,
    string Layout,
    int Threads,
    double ImagesPerSecond,
    double StepMs,
    double KernelsMs,
    IReadOnlyDictionary<string, double> Phases
)
{
    /// <summary>Share of the step that the kernels alone would take.</summary>
    public double KernelShare => KernelsMs / StepMs;
}
