namespace Lockstep.Core.Reductions;

/// <summary>What a worker has measured of itself before the first step, while the others measured too.</summary>
/// <param name="BytesPerSecond">Bytes that it sends in a second to the holders of the same shard, while it receives as many from each of
/// them.</param>
/// <param name="FlopsPerSecond">Multiplications and additions in a second, in a product of matrices in the run's precision.</param>
public readonly record struct WorkerSpeed(double BytesPerSecond, double FlopsPerSecond)
{
    /// <summary>Nothing was measured, because nothing depends on it.</summary>
    public bool IsUnknown => BytesPerSecond <= 0 || FlopsPerSecond <= 0;

    /// <summary>A step waits for the slowest in either.</summary>
    public static WorkerSpeed SlowestOf(IReadOnlyCollection<WorkerSpeed> speeds) =>
        new(speeds.Min(s => s.BytesPerSecond), speeds.Min(s => s.FlopsPerSecond));
}
