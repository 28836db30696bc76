using System.Runtime.InteropServices;

namespace AlexNet.Model.Native;

/// <summary>
/// Locks memory that is not libtorch's own, such as shared memory, so that a GPU copies from and to it directly (cudaHostRegister). The CUDA library is
/// the one that libtorch has loaded; where there is none, or it refuses, copies are slower and nothing else changes.
/// </summary>
public sealed unsafe class PageLock : IDisposable
{
    private const string Library = "libcudart";

    private static readonly Lazy<nint> Runtime = new(OpenLoaded);

    private readonly nint _address;

    /// <summary>Tries to lock so many bytes.</summary>
    public PageLock(nint address, long bytes)
    {
        if (Runtime.Value != 0 && NativeLibrary.TryGetExport(Runtime.Value, "cudaHostRegister", out nint register)
            && ((delegate* unmanaged[Cdecl]<nint, nuint, uint, int>)register)(address, (nuint)bytes, 0) == 0)
            _address = address;
    }

    public bool IsLocked => _address != 0;

    public void Dispose()
    {
        if (IsLocked && NativeLibrary.TryGetExport(Runtime.Value, "cudaHostUnregister", out nint unregister))
            _ = ((delegate* unmanaged[Cdecl]<nint, int>)unregister)(_address);
    }

    private static nint OpenLoaded()
    {
        var mapped = File.ReadLines("/proc/self/maps").Select(PathOf).FirstOrDefault(path => Path.GetFileName(path).StartsWith(Library, StringComparison.Ordinal));
        return mapped is null ? 0 : DynamicLoader.Open(mapped, DynamicLoader.Lazy, out _);
    }

    private static string PathOf(string line) => line.IndexOf('/') is >= 0 and var start ? line[start..] : "";
}
