namespace Lockstep.Torch.Calls;

/// <summary>
/// Locks memory that is not libtorch's own, such as shared memory, so that a GPU copies from and to it directly (cudaHostRegister). The
/// CUDA library is the one that libtorch has loaded; where there is none, or it refuses, copies are slower and nothing else changes.
/// </summary>
public sealed unsafe class PageLock : IDisposable
{
    private readonly nint _address;

    /// <summary>Tries to lock so many bytes.</summary>
    public PageLock(nint address, long bytes)
    {
        if (
            CudaRuntime.TryGetExport("cudaHostRegister", out nint register)
            && ((delegate* unmanaged[Cdecl]<nint, nuint, uint, int>)register)(address, (nuint)bytes, 0) == 0
        )
        {
            _address = address;
        }
    }

    public bool IsLocked => _address != 0;

    public void Dispose()
    {
        if (IsLocked && CudaRuntime.TryGetExport("cudaHostUnregister", out nint unregister))
            _ = ((delegate* unmanaged[Cdecl]<nint, int>)unregister)(_address);
    }
}
