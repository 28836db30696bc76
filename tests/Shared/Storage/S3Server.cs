using System.Net.Sockets;

namespace AlexNet.Testing.Storage;

/// <summary>
/// A server of S3 as a process, over loopback: s3rver of npm, which keeps objects as files. It compares signatures, but neither checksums
/// nor conditions; <see cref="FaultyProxy"/> in front of it does.
/// </summary>
internal sealed class S3Server : IAsyncDisposable
{
    /// <summary>The only credentials that it knows.</summary>
    public const string User = "S3RVER",
        Secret = "S3RVER";

    /// <summary>The bucket that is there.</summary>
    public const string Bucket = "trainings";

    private const string Package = "s3rver@3.7.1",
        FolderVariable = "ALEXNET_S3RVER"; // where it is installed already
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private static readonly Lazy<Task<string?>> Installed = new(InstallAsync);

    private readonly TemporaryFolder _folder = new();
    private readonly ProgramProcess _process;

    private S3Server(int port)
    {
        Port = port;
        string program = Path.Combine(Installed.Value.Result ?? "", "node_modules", "s3rver", "bin", "s3rver.js");
        string[] arguments =
        [
            program,
            "--directory",
            _folder.Path,
            "--address",
            "127.0.0.1",
            "--port",
            $"{port}",
            "--silent",
            "--no-vhost-buckets",
            "--configure-bucket",
            Bucket,
        ];
        _process = ProgramProcess.Start("node", arguments);
    }

    public int Port { get; }

    /// <summary>Why a test is skipped where none can be had.</summary>
    public static string Needed =>
        $"needs a server of S3: Node.js, and npm that can install {Package}, or {FolderVariable} with a folder where it is installed";

    /// <summary>Starts one; null where none can be had.</summary>
    public static async Task<S3Server?> TryStartAsync()
    {
        if (await Installed.Value is null)
            return null;
        var server = new S3Server(FreePorts.Free());
        await server.ListensAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task ListensAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var retry = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await retry.WaitForNextTickAsync(deadline.Token))
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"s3rver ended: {_process.Error}");
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync("127.0.0.1", Port, deadline.Token);
                return;
            }
            catch (SocketException)
            {
                // not yet
            }
        }
    }

    /// <summary>Installs it outside of the tree, once for each user of a machine; null where that cannot be.</summary>
    private static async Task<string?> InstallAsync()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } given)
            return given;
        string folder = Path.Combine(Path.GetTempPath(), $"alexnet-{Package.Replace('@', '-')}-{Environment.UserName}");
        string mark = Path.Combine(folder, "installed");
        try
        {
            Directory.CreateDirectory(folder);
            await using var alone = await LockAsync(Path.Combine(folder, "lock"));
            if (!File.Exists(mark))
            {
                await using var npm = ProgramProcess.Start("npm", ["install", "--no-audit", "--no-fund", "--prefix", folder, Package]);
                await npm.SucceedAsync(Deadline);
                await File.WriteAllTextAsync(mark, Package);
            }

            return folder;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException or TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Test projects run at the same time, and one of them installs it.</summary>
    private static async Task<FileStream> LockAsync(string path)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var retry = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await retry.WaitForNextTickAsync(deadline.Token);
            }
        }
    }
}
