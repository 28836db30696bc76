using System.Runtime.InteropServices;
using Lockstep.Native;
using static TorchSharp.torch;

namespace Lockstep.Torch.Calls;

/// <summary>
/// What this project uses of the plain C interface of libtorch (<c>torch/csrc/inductor/aoti_torch/c/shim.h</c>), for what TorchSharp does
/// not reach. Its tensor handles are TorchSharp's.
/// </summary>
internal static partial class AtenInterface
{
    private const string Library = "libtorch_cpu.so";
    private const int Cpu = 0;

    static AtenInterface() =>
        NativeLibrary.SetDllImportResolver(typeof(AtenInterface).Assembly, (name, _, _) => name == Library ? OpenLoaded() : 0);

    /// <summary>A CPU tensor of one dimension over memory that somebody else owns.</summary>
    /// <exception cref="InvalidOperationException">libtorch refused.</exception>
    public static Tensor FromBlob(nint address, long count, ScalarType type)
    {
        int error = CreateTensorFromBlob(address, 1, in count, 1, 0, (int)type, Cpu, 0, out nint handle);
        return error == 0
            ? Tensor.UnsafeCreateTensor(handle)
            : throw new InvalidOperationException(
                $"libtorch made no tensor of {count} elements of {type} at address {address:x} (error {error})."
            );
    }

    /// <summary>The address of a tensor's first element, whatever its strides.</summary>
    /// <exception cref="InvalidOperationException">libtorch refused.</exception>
    public static nint DataOf(Tensor tensor)
    {
        int error = GetDataPointer(tensor.Handle, out nint address);
        return error == 0
            ? address
            : throw new InvalidOperationException($"libtorch gave no address of a tensor on {tensor.device} (error {error}).");
    }

    // Always the one that is loaded: a second libtorch would end the process.
    private static nint OpenLoaded()
    {
        NativeLibraries.Load();
        return OperatingSystem.IsLinux()
            ? NativeLibrary.Load(Library)
            : NativeLibrary.Load("torch_cpu", typeof(TorchSharp.torch).Assembly, searchPath: null); // each system's prefix and suffix
    }

    /// <summary>The handle of the loaded library, for names that not every version of it exports.</summary>
    public static nint Module() => OpenLoaded();

    /// <summary>Whether libtorch's OpenMP has <see cref="OpenMPParallel"/>; Intel's on Windows has not.</summary>
    public static bool HasOpenMPParallel() => NativeLibrary.TryGetExport(Module(), "GOMP_parallel", out _);

    /// <summary>Another handle of the same tensor, for a call that consumes it.</summary>
    [LibraryImport(Library, EntryPoint = "aoti_torch_new_tensor_handle")]
    public static partial int NewTensorHandle(nint tensor, out nint handle);

    [LibraryImport(Library, EntryPoint = "torch_new_list_reserve_size")]
    public static partial int NewList(nuint capacity, out nint list);

    [LibraryImport(Library, EntryPoint = "torch_list_push_back")]
    public static partial int PushBack(nint list, ulong element);

    /// <summary>Calls an operator; its arguments are on the stack, one word each, and its results come back there.</summary>
    [LibraryImport(Library, EntryPoint = "torch_call_dispatcher", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CallDispatcher(string name, string overload, ref ulong stack, ulong buildVersion);

    [LibraryImport(Library, EntryPoint = "aoti_torch_create_tensor_from_blob")]
    private static partial int CreateTensorFromBlob(
        nint data,
        long dimensions,
        in long sizes,
        in long strides,
        long offset,
        int type,
        int deviceType,
        int deviceIndex,
        out nint tensor
    );

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_data_ptr")]
    private static partial int GetDataPointer(nint tensor, out nint address);

    /// <summary>
    /// Calls <paramref name="run"/> on each of so many OpenMP threads, the calling one included. The symbol is that of the OpenMP library
    /// which libtorch brings (libgomp, or one that is compatible), found through libtorch because its file has another name in every
    /// package.
    /// </summary>
    [LibraryImport(Library, EntryPoint = "GOMP_parallel")]
    public static unsafe partial void OpenMPParallel(delegate* unmanaged[Cdecl]<void*, void> run, void* state, uint threads, uint flags);
}
