using System.Runtime.Versioning;
using System.Security.Cryptography;
using Lockstep.Native.Libraries;
using Lockstep.Native.Libtorch;

namespace Lockstep.Native.Bridge;

/// <summary>
/// Loads TorchSharp's bridge: as it is; where libstdc++ is too old for it, as a repaired copy from the user's cache; where there is no
/// usable cache, as a repaired copy in memory. The original is never written to: it is a hard link into the package cache.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class BridgeLoader
{
    public const string FileName = "libLibTorchSharp.so";

    /// <param name="original">The file of the package.</param>
    /// <param name="cache">Where a repaired copy is kept; null when there is no such place.</param>
    /// <exception cref="NativeLibraryException">It does not load; the message has the loader's reason.</exception>
    public static LoadedBridge Load(string original, string? cache)
    {
        nint handle = Open(original, out string? error);
        if (handle != 0)
        {
            return new(
                handle,
                original,
                false,
                $"The host's libstdc++ has every version that TorchSharp's library asks for.{Lacking(error)}"
            );
        }

        return LoadRepaired(ElfImage.Read(original), original, cache, error);
    }

    private static LoadedBridge LoadRepaired(ElfImage image, string original, string? cache, string error)
    {
        var lifted = BridgeRepair.VersionsFor(error);
        if (BridgeRepair.Lift(image, lifted) is not { } content)
            throw Failed(original, error);

        string lacking = string.Join(" and ", lifted);
        string reason = $"The host's libstdc++ lacks {lacking}, so a copy of TorchSharp's library is used that does without";
        string source = Convert.ToHexStringLower(SHA256.HashData(image.Content))[..16];
        string name = $"libLibTorchSharp-{source}-{string.Join('+', lifted)}.so";
        if (RepairCache.TryStore(cache, name, content, out string? problem) is { } cached)
        {
            nint handle = Open(cached, out problem);
            if (handle != 0)
                return new(handle, cached, true, $"{reason}.{Lacking(problem)}");
        }

        // A read-only or noexec file system: containers and hardened hosts have them.
        string? inMemory = MemoryFile.Create(FileName, content, out string? memoryProblem);
        if (inMemory is not null)
        {
            nint handle = Open(inMemory, out memoryProblem);
            if (handle != 0)
            {
                return new(
                    handle,
                    inMemory,
                    true,
                    $"{reason}; it is kept in memory because the cache cannot be used ({problem}).{Lacking(memoryProblem)}"
                );
            }
        }
        throw Failed(original, $"{error}; repaired, in the cache: {problem}; repaired, in memory: {memoryProblem}");
    }

    // A function that another libtorch lacks may be one that nobody calls: where such a libtorch is wanted, it is bound when it is called.
    private static nint Open(string path, out string error)
    {
        nint handle = DynamicLoader.Open(path, DynamicLoader.Now, out error);
        bool lacksFunction = handle == 0 && error.Contains("undefined symbol", StringComparison.Ordinal);
        return lacksFunction && LibtorchVersions.TakesAny ? DynamicLoader.Open(path, DynamicLoader.Lazy, out _) : handle;
    }

    private static string Lacking(string error) =>
        error.Length == 0 ? "" : $" This libtorch lacks a function that TorchSharp knows; a call of it ends the process ({error}).";

    private static NativeLibraryException Failed(string path, string error) =>
        new(
            $"library '{path}': it does not load: {error}. "
                + $"An undefined symbol means a libtorch other than {LibtorchLoader.RequiredVersion}: check {LibtorchLocator.Variable}. "
                + "A version not found means a system older than glibc 2.34 or GCC 11: use a newer one, or the container image."
        );
}
