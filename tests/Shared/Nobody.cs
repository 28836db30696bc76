using System.Runtime.InteropServices;

namespace AlexNet.Testing;

/// <summary>
/// Another user of the machine, as a thread of the test: on Linux the user belongs to a thread where the system call is made directly, and
/// files and sockets ask the thread. Needs root.
/// </summary>
internal static partial class Nobody
{
    private const uint Id = 65534,
        Unchanged = uint.MaxValue;

    /// <summary>Skips the test that calls it where this process may not become another user.</summary>
    public static void Require() =>
        Assert.SkipUnless(OperatingSystem.IsLinux() && EffectiveUser() == 0, "needs root: a thread of the test becomes user nobody");

    /// <summary>Does something as user nobody, on a thread that ends with it.</summary>
    public static Task<T> DoAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(() => Become(work), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static T Become<T>(Func<T> work)
    {
        long setResUser = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 147 : 117;
        if (SystemCall(setResUser, Unchanged, Id, Unchanged) != 0)
            throw new InvalidOperationException($"this thread could not become user {Id}: {Marshal.GetLastPInvokeErrorMessage()}");
        try
        {
            return work();
        }
        finally
        {
            _ = SystemCall(setResUser, Unchanged, 0, Unchanged); // the runtime's own end of the thread is ours again
        }
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, nint real, nint effective, nint saved);

    private static long SystemCall(long number, uint real, uint effective, uint saved) =>
        SystemCall(number, (nint)(int)real, (nint)(int)effective, (nint)(int)saved);
}
