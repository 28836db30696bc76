namespace Lockstep.Native.Libraries;

/// <summary>Where the files of native packages lie: they move with the way an application is built, run or published.</summary>
internal static class NativeFolders
{
    private const string RuntimeFolder = "runtimes/linux-x64/native";

    /// <summary>The folders to look in, best first: a build's, a publish's, and those that .NET was told of.</summary>
    public static IReadOnlyList<string> OfApplication()
    {
        string[] all = [Path.Combine(AppContext.BaseDirectory, RuntimeFolder), AppContext.BaseDirectory, .. Told()];
        return [.. all.Where(Directory.Exists).Select(f => Path.TrimEndingDirectorySeparator(Path.GetFullPath(f))).Distinct()];
    }

    /// <summary>The folders that .NET itself opens native libraries in, each exactly as it writes it before a file's name.</summary>
    public static IReadOnlyList<string> AsProbed() =>
        [.. Told().Append(AppContext.BaseDirectory).Select(f => f.EndsWith('/') ? f : f + '/').Distinct()];

    /// <summary>The folders as a message lists them.</summary>
    public static string Quote(IReadOnlyList<string> folders) => string.Join(", ", folders.Select(f => $"'{f}'"));

    private static string[] Told() =>
        (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(
            Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries
        );

    /// <summary>The full path of a file in the first folder that has it.</summary>
    /// <exception cref="NativeLibraryException">No folder has it.</exception>
    public static string Find(string file, IReadOnlyList<string> folders) =>
        folders.Select(f => Path.Combine(f, file)).FirstOrDefault(File.Exists)
        ?? throw new NativeLibraryException(
            $"library '{file}': found in none of the application's folders ({Quote(folders)}). "
                + "It comes with the package TorchSharp: build again with 'dotnet build', or copy the whole output of 'dotnet publish'."
        );
}
