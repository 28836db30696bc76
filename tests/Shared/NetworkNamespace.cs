using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AlexNet.Testing;

/// <summary>
/// A network namespace of Linux under the name <c>alexnet-PROCESS-NUMBER</c>: interfaces, addresses, ports and abstract sockets of its own.
/// </summary>
internal sealed partial class NetworkNamespace : IAsyncDisposable
{
    private const string Prefix = "alexnet-",
        Folder = "/run/netns"; // the folder is that of iproute2
    private const int NetworkKind = 0x40000000; // CLONE_NEWNET

    private static int _made;

    private NetworkNamespace(string name) => Name = name;

    public string Name { get; }

    public static async Task<NetworkNamespace> CreateAsync()
    {
        var made = new NetworkNamespace($"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref _made)}");
        await IpCommand.RunAsync("netns", "add", made.Name);
        return made;
    }

    /// <summary>Deletes the namespaces of test processes that are no more.</summary>
    public static async Task SweepAsync()
    {
        if (!Directory.Exists(Folder))
            return;
        foreach (string name in Directory.GetFiles(Folder, Prefix + "*").Select(path => Path.GetFileName(path)))
        {
            string owner = name[Prefix.Length..].Split('-')[0];
            if (
                int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out int process)
                && !Directory.Exists($"/proc/{process}")
            )
            {
                await IpCommand.RunAsync("netns", "delete", name);
            }
        }
    }

    /// <summary>Starts a program that sees this network only; it keeps the process number, and with it its signals and its end.</summary>
    public ProgramProcess Start(
        string program,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string?>>? environment = null
    ) => ProgramProcess.Start(IpCommand.Program, ["netns", "exec", Name, program, .. arguments], environment);

    /// <summary>Makes something, such as a socket, that belongs to this network for good, whichever thread uses it later.</summary>
    /// <exception cref="InvalidOperationException">The namespace cannot be entered, or making it failed.</exception>
    public T Inside<T>(Func<T> make)
    {
        T? made = default;
        Exception? failure = null;
        var thread = new Thread(() => // a thread of its own, because it cannot leave the namespace again
        {
            try
            {
                using var handle = File.OpenHandle(Path.Combine(Folder, Name), share: FileShare.ReadWrite);
                if (Enter(handle, NetworkKind) != 0)
                    throw new InvalidOperationException($"errno {Marshal.GetLastPInvokeError()}");
                made = make();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null && made is not null
            ? made
            : throw new InvalidOperationException($"inside network namespace '{Name}': {failure?.Message}", failure);
    }

    public async ValueTask DisposeAsync() => await IpCommand.RunAsync("netns", "delete", Name);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int Enter(SafeFileHandle handle, int kind);
}
