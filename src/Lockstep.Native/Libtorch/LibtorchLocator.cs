using System.Runtime.Versioning;
using Lockstep.Native.Libraries;

namespace Lockstep.Native.Libtorch;

/// <summary>Chooses the directory that libtorch is loaded from: the user's, else the package's.</summary>
[SupportedOSPlatform("linux")]
internal static class LibtorchLocator
{
    /// <summary>The environment variable that names libtorch's lib directory, its root, or a PyTorch installation.</summary>
    public const string Variable = "ALEXNET_LIBTORCH";

    private const string Advice =
        $"Set {Variable} to libtorch's root or lib directory, "
        + $"or to the directory 'torch' of a PyTorch {LibtorchLoader.RequiredVersion} installation";

    /// <exception cref="NativeLibraryException">There is no libtorch where it should be.</exception>
    public static LibtorchChoice Choose(string? users, IReadOnlyList<string> folders) =>
        string.IsNullOrEmpty(users) ? FromPackage(folders) : FromUser(Path.GetFullPath(users));

    private static LibtorchChoice FromUser(string users)
    {
        string[] candidates = [users, Path.Combine(users, "lib")];
        if (candidates.FirstOrDefault(HasLibtorch) is { } found)
            return new(found, $"{Variable} names libtorch.");
        string state = Directory.Exists(users) ? "neither it nor its folder 'lib' holds" : "there is no such directory; it has to hold";
        throw new NativeLibraryException(
            $"{Variable} '{users}': {state} '{LibtorchLoader.FileName}'. {Advice}, or unset it to use the package's."
        );
    }

    private static LibtorchChoice FromPackage(IReadOnlyList<string> folders) =>
        folders.FirstOrDefault(HasLibtorch) is { } found
            ? new(found, "libtorch is the package's.")
            : throw new NativeLibraryException(
                $"library '{LibtorchLoader.FileName}': found in none of the application's folders ({NativeFolders.Quote(folders)}). "
                    + $"{Advice}, or build with its package: -p:TorchBackend=cpu or -p:TorchBackend=cuda."
            );

    private static bool HasLibtorch(string directory) => File.Exists(Path.Combine(directory, LibtorchLoader.FileName));
}
