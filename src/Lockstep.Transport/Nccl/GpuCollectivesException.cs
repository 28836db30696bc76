namespace Lockstep.Transport.Nccl;

/// <summary>NCCL or CUDA refuses; the message says what, why and what to do.</summary>
public sealed class GpuCollectivesException(string message, Exception? inner = null) : Exception(message, inner);
