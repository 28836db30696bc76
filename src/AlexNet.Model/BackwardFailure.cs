using System.Runtime.ExceptionServices;

namespace AlexNet.Model;

/// <summary>
/// An exception in an operation of our own during a backward pass: it may not leave that operation, which would end the process, and is parked here
/// until the pass has ended. The pass runs on a thread of libtorch's; one at a time is under way in a process.
/// </summary>
internal static class BackwardFailure
{
    private static Exception? _parked;

    /// <summary>Keeps the first exception of a pass.</summary>
    public static void Park(Exception failure) => Interlocked.CompareExchange(ref _parked, failure, null);

    /// <summary>Throws what was parked, as it was.</summary>
    public static void Rethrow()
    {
        if (Interlocked.Exchange(ref _parked, null) is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }
}
