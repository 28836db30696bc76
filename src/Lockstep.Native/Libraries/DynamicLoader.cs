using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Lockstep.Native.Libraries;

/// <summary>dlopen with its flags and its own error text, both of which <see cref="NativeLibrary"/> hides.</summary>
[SupportedOSPlatform("linux")]
internal static partial class DynamicLoader
{
    /// <summary>Bind functions when they are first called: libtorch has hundreds of thousands.</summary>
    public const int Lazy = 1;

    /// <summary>Bind every function now, so that a missing one is an error here and does not end the process later.</summary>
    public const int Now = 2;

    private const int NoLoad = 4;

    // The old name serves every glibc: since 2.34 it leads on to libc, before that libc has no dlopen.
    private const string Library = "libdl.so.2";

    /// <summary>The handle of a library, or zero and what the loader says. Symbols stay local, as with TorchSharp's own loading.</summary>
    public static nint Open(string path, int binding, out string error)
    {
        _ = LastError(); // clears an older error, and binds this function so that asking again cannot disturb the loader
        nint handle = DlOpen(path, binding);
        error = handle == 0 ? Marshal.PtrToStringUTF8(LastError()) ?? "the loader gives no reason" : "";
        return handle;
    }

    /// <summary>True when this file, or a library of this bare name, is in the process already.</summary>
    public static bool IsLoaded(string pathOrName)
    {
        nint handle = DlOpen(pathOrName, Lazy | NoLoad);
        if (handle != 0)
            _ = DlClose(handle); // gives back the reference that asking took
        return handle != 0;
    }

    [LibraryImport(Library, EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint DlOpen(string path, int flags);

    [LibraryImport(Library, EntryPoint = "dlclose")]
    private static partial int DlClose(nint handle);

    [LibraryImport(Library, EntryPoint = "dlerror")]
    private static partial nint LastError();
}
