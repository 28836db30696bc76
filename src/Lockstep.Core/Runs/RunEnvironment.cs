namespace Lockstep.Core.Runs;

/// <summary>What, beside recipe and layout, decides the bits of a run (law 4).</summary>
/// <param name="Threads">The threads of each worker.</param>
/// <param name="InstructionSet">The instruction set of the CPU, as <see cref="Core.Runs.InstructionSet"/> tells it.</param>
/// <param name="Libtorch">Its version.</param>
/// <param name="Device"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Precision">Such as <c>fp32</c>.</param>
public sealed record RunEnvironment(int Threads, string InstructionSet, string Libtorch, string Device, string Precision)
{
    /// <summary>Gradients are summed over replicas in fp32.</summary>
    public const string PlainReduction = "sums";

    /// <summary>Values of <see cref="Collectives"/>.</summary>
    public const string Mesh = "mesh",
        Nccl = "nccl";

    /// <summary>How gradients are reduced over replicas, such as <c>sums and factors of fc6</c>.</summary>
    public string Reduction { get; init; } = PlainReduction;

    /// <summary>How the net is laid out, such as <c>hybrid</c>.</summary>
    public string Plan { get; init; } = "towers";

    /// <summary>Model of the GPU, such as <c>NVIDIA H100 80GB HBM3</c>; empty on a CPU, and where the driver does not say.</summary>
    public string Gpu { get; init; } = "";

    /// <summary>
    /// Make of the CPU, as <see cref="Core.Runs.Processor"/> tells it; empty where it is not known, as in checkpoints of before 2026-12-01.
    /// </summary>
    public string Processor { get; init; } = "";

    /// <summary>
    /// Who makes the sums between workers: <see cref="Mesh"/>, in ascending rank order over any transport, or <see cref="Nccl"/>, in an
    /// order of its own; empty where it is not known, as in checkpoints of before 2026-11-26.
    /// </summary>
    public string Collectives { get; init; } = "";

    /// <summary>
    /// Every difference that turns exactness off, such as "libtorch was 2.10.0 and is 2.11.0"; none if a resume is bitwise exact.
    /// </summary>
    public IReadOnlyList<string> Differences(RunEnvironment now)
    {
        (string What, object Was, object Is)[] facts =
        [
            ("threads of each worker", Threads, now.Threads),
            ("instruction set", InstructionSet, now.InstructionSet),
            ("processor", Processor, OrSame(now.Processor, Processor)),
            ("libtorch", Libtorch, now.Libtorch),
            ("device", Device, now.Device),
            ("GPU", Gpu, OrSame(now.Gpu, Gpu)),
            ("collectives", Collectives, OrSame(now.Collectives, Collectives)),
            ("precision", Precision, now.Precision),
            ("plan", Plan, now.Plan),
            ("reduction of gradients", Reduction, now.Reduction),
        ];
        return [.. facts.Where(f => !f.Was.Equals(f.Is)).Select(f => $"{f.What} was {f.Was} and is {f.Is}")];
    }

    /// <summary>What is not known on one side is no difference.</summary>
    private static string OrSame(string now, string was) => now.Length == 0 || was.Length == 0 ? was : now;
}
