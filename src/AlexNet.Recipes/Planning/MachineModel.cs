namespace AlexNet.Recipes.Planning;

/// <summary>What the machines of a run can do: measured by <c>alexnet bench machine</c>, or given.</summary>
public sealed record MachineModel
{
    /// <summary>Multiplications and additions a second of one device, where nothing better is known of a layer.</summary>
    public required double DeviceRate { get; init; }

    /// <summary>The recipe whose layers were timed; null where none were.</summary>
    public string? Recipe { get; init; }

    /// <summary>What layers have been seen to take on one whole device; those that are missing go by <see cref="DeviceRate"/>.</summary>
    public IReadOnlyList<LayerCost> Layers { get; init; } = [];

    /// <summary>The workers of a host share its processor, and each gets its part of it; otherwise each has a device of its own.</summary>
    public bool SharesDevice { get; init; }

    /// <summary>Seconds that one device takes to update one parameter.</summary>
    public double UpdateSeconds { get; init; }

    /// <summary>Between workers of one host; where they share a device, what all of them send together.</summary>
    public required LinkModel Local { get; init; }

    /// <summary>The network of each host to all others.</summary>
    public required LinkModel Network { get; init; }

    /// <summary>Seconds of a step that nothing else accounts for.</summary>
    public double StepOverhead { get; init; }

    /// <summary>Bytes that a worker may use; null for no limit.</summary>
    public long? MemoryLimit { get; init; }
}

/// <summary>A way for bytes.</summary>
/// <param name="BytesPerSecond">One way, while as many go the other way.</param>
/// <param name="LatencySeconds">From the call to the first byte.</param>
public readonly record struct LinkModel(double BytesPerSecond, double LatencySeconds);

/// <summary>What a whole layer takes on one whole device.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Fixed">Seconds forward, however few the samples.</param>
/// <param name="PerSample">Seconds forward for each sample.</param>
/// <param name="BackwardFixed">Seconds backward, however few the samples.</param>
/// <param name="BackwardPerSample">Seconds backward for each sample.</param>
public sealed record LayerCost(string Layer, double Fixed, double PerSample, double BackwardFixed, double BackwardPerSample)
{
    /// <summary>The line through two measurements, none of whose ends is below zero.</summary>
    /// <param name="layer">Its name.</param>
    /// <param name="few">Samples, and seconds forward and backward.</param>
    /// <param name="many">The same for more samples.</param>
    public static LayerCost Through(
        string layer,
        (int Samples, double Forward, double Backward) few,
        (int Samples, double Forward, double Backward) many
    )
    {
        var (forward, perSample) = Line(few.Samples, few.Forward, many.Samples, many.Forward);
        var (backward, backwardPerSample) = Line(few.Samples, few.Backward, many.Samples, many.Backward);
        return new(layer, forward, perSample, backward, backwardPerSample);
    }

    private static (double Fixed, double PerSample) Line(int few, double fewSeconds, int many, double manySeconds)
    {
        double slope = Math.Max(0, (manySeconds - fewSeconds) / (many - few));
        double start = manySeconds - slope * many;
        return start >= 0 ? (start, slope) : (0, manySeconds / many);
    }
}
