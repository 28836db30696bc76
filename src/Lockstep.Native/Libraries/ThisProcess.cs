using System.Collections;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Lockstep.Native.Libraries;

/// <summary>What a process on Linux can change in itself once it runs: its allocator, and the program that it is.</summary>
[SupportedOSPlatform("linux")]
internal static partial class ThisProcess
{
    private const string Arguments = "/proc/self/cmdline",
        StartEnvironment = "/proc/self/environ";

    private delegate int MallOpt(int parameter, int value);

    /// <summary>Sets a parameter of glibc's allocator; false where the allocator is another, or refuses.</summary>
    public static bool TrySetAllocator(int parameter, int value) =>
        NativeLibrary.TryLoad("libc.so.6", out nint library)
        && NativeLibrary.TryGetExport(library, "mallopt", out nint function)
        && Marshal.GetDelegateForFunctionPointer<MallOpt>(function)(parameter, value) == 1;

    /// <summary>The environment that the kernel started the process with, without what was set since; a zero ends each entry.</summary>
    public static string EnvironmentAtStart() => File.ReadAllText(StartEnvironment);

    /// <summary>
    /// Puts this program, begun anew with the same arguments and one more variable, in the place of this process. It has the same number,
    /// terminal and parent; files that .NET opened are closed.
    /// </summary>
    /// <exception cref="InvalidOperationException">The system refused.</exception>
    public static void Restart(string name, string value)
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("the path of this program is not known.");
        string[] arguments = File.ReadAllText(Arguments)[..^1].Split('\0'); // each ends with a zero
        var environment = Environment.GetEnvironmentVariables();
        environment[name] = value;
        string[] variables = [.. environment.Cast<DictionaryEntry>().Select(v => $"{v.Key}={v.Value}")];
        _ = Execute(program, [.. arguments, null], [.. variables, null]);
        throw new InvalidOperationException($"program '{program}' cannot be begun anew: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments, string?[] environment);
}
