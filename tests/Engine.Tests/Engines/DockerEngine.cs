using System.Diagnostics;
using System.Net.Sockets;
using AlexNet.Testing;

namespace Engine.Tests.Engines;

/// <summary>
/// A Docker engine of the tests' own, with its own images, containers and network namespace: ports and firewall of the machine stay as they
/// are. Its base images are stand-ins made on this machine; ours are built of the real Dockerfile, in a copy of the checkout. The namespace
/// reaches the package sources through slirp4netns, which needs no rule in the machine's firewall.
/// </summary>
public sealed class DockerEngine : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60),
        BuildTimeout = TimeSpan.FromMinutes(15);

    private static readonly (string Target, string Image)[] StandIns =
    [
        ("sdk", "mcr.microsoft.com/dotnet/sdk:10.0-noble"),
        ("aspnet", "mcr.microsoft.com/dotnet/aspnet:10.0-noble"),
        ("prometheus", "prom/prometheus:v3.5.0"),
        ("grafana", "grafana/grafana:12.2.0"),
    ];

    private readonly TemporaryFolder _folder = new();
    private Task? _started;
    private EnginePrograms? _programs;
    private NetworkNamespace? _network;
    private ProgramProcess? _outside,
        _daemon;

    /// <summary>Copy of the checkout, without what is built; commands of the pages run in it.</summary>
    internal string Source => _folder["source"];

    /// <summary>Starts the engine and builds the images, once; skips the test that calls it where no engine can be had.</summary>
    internal Task StartAsync()
    {
        EnginePrograms.Require();
        return _started ??= BeginAsync();
    }

    /// <summary>
    /// Starts a shell that runs commands as a person would type them on the engine's host; its processes are a group of their own.
    /// </summary>
    /// <param name="commands">Lines of bash; the first that fails ends it.</param>
    /// <param name="directory">Relative to <see cref="Source"/>.</param>
    /// <param name="environment">Variables of that person.</param>
    internal ProgramProcess Shell(string commands, string directory = "", IEnumerable<KeyValuePair<string, string?>>? environment = null) =>
        ProgramProcess.Start(
            "setsid",
            ["nsenter", $"--net=/run/netns/{Network.Name}", "bash", "-ec", commands],
            Environment.Concat(environment ?? []),
            Path.Combine(Source, directory)
        );

    /// <summary>Runs <c>docker</c> and returns what it writes to standard output.</summary>
    /// <exception cref="InvalidOperationException">It failed; what it wrote is in the message.</exception>
    internal async Task<string> DockerAsync(params IEnumerable<string> arguments)
    {
        await using var docker = Docker(arguments);
        await docker.SucceedAsync(BuildTimeout);
        return string.Join('\n', docker.Output);
    }

    /// <summary>Starts <c>docker</c>.</summary>
    internal ProgramProcess Docker(params IEnumerable<string> arguments) =>
        ProgramProcess.Start(Path.Combine(Programs.Folder, "docker"), arguments, Environment, Source);

    /// <summary>What an address of the engine's host answers, such as http://localhost:9090.</summary>
    internal HttpClient Client() =>
        new(
            new SocketsHttpHandler
            {
                ConnectCallback = async (context, cancel) =>
                {
                    var socket = Network.Inside(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                    await socket.ConnectAsync(System.Net.IPAddress.Loopback, context.DnsEndPoint.Port, cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        );

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
        {
            foreach (string container in (await DockerAsync("ps", "--all", "--quiet")).Split('\n').Where(id => id.Length > 0))
                await DockerAsync("rm", "--force", "--volumes", container);
            using (var terminate = Process.Start("kill", [$"{_daemon.Id}"])) // it unmounts what it has mounted, which SIGKILL would leave
                await terminate.WaitForExitAsync();
            await _daemon.ExitCodeAsync(StartTimeout);
            await _daemon.DisposeAsync();
        }
        if (_outside is not null)
            await _outside.DisposeAsync();
        if (_network is not null)
            await _network.DisposeAsync();
        _folder.Dispose();
    }

    private NetworkNamespace Network => _network ?? throw new InvalidOperationException("the engine was not started.");

    private EnginePrograms Programs => _programs ?? throw new InvalidOperationException("the engine was not started.");

    private Dictionary<string, string?> Environment =>
        new()
        {
            ["PATH"] = Programs.SearchPath,
            ["DOCKER_HOST"] = $"unix://{_folder["docker.sock"]}",
            ["DOCKER_CONFIG"] = _folder["config"],
            ["ALEXNET_LONG_TESTS"] = null,
        };

    private async Task BeginAsync()
    {
        _programs = await EnginePrograms.GetAsync();
        await NetworkNamespace.SweepAsync();
        _network = await NetworkNamespace.CreateAsync();
        await IpCommand.RunAsync("-n", _network.Name, "link", "set", "lo", "up");
        _outside = ProgramProcess.Start(
            "slirp4netns",
            ["--configure", "--mtu=65520", "--disable-host-loopback", "--netns-type=path", $"/run/netns/{_network.Name}", "tap0"]
        );
        Directory.CreateDirectory(_folder["config"]);
        Directory.CreateSymbolicLink(Path.Combine(_folder["config"], "cli-plugins"), Path.Combine(_programs.Folder, "cli-plugins"));
        CopyCheckout();
        _daemon = StartDaemon();
        await Polling.UntilAsync(IsUpAsync, () => Task.FromResult($"dockerd does not answer: {_daemon.Error}"), StartTimeout);
        foreach (var (target, image) in StandIns)
            await DockerAsync(StandIn(target, image));
        await DockerAsync("build", "--target", "coordinator", "--tag", "alexnet-coordinator", ".");
        await DockerAsync("build", "--target", "worker-cpu", "--tag", "alexnet-worker", ".");
    }

    private string[] StandIn(string target, string image) =>
        [
            "build",
            $"--file={Path.Combine(AppContext.BaseDirectory, "StandIns", "Dockerfile")}",
            $"--build-context=packages={Programs.AptSource}",
            "--build-context=authorities=/etc/ssl/certs",
            $"--build-context=sdk-root={EnginePrograms.DotnetRoot}",
            $"--build-context=programs={Programs.Folder}",
            $"--target={target}",
            $"--tag={image}",
            Programs.Tree,
        ];

    private ProgramProcess StartDaemon() =>
        ProgramProcess.Start(
            "nsenter",
            [
                $"--net=/run/netns/{Network.Name}",
                Path.Combine(Programs.Folder, "dockerd"),
                $"--data-root={_folder["data"]}",
                $"--exec-root={_folder["exec"]}",
                $"--pidfile={_folder["pid"]}",
                $"--host=unix://{_folder["docker.sock"]}",
                "--exec-opt=native.cgroupdriver=cgroupfs",
                "--ip6tables=false",
            ],
            Environment
        );

    private async Task<bool> IsUpAsync()
    {
        await using var docker = Docker("version");
        return await docker.ExitCodeAsync(StartTimeout) == 0;
    }

    /// <summary>What git keeps, as it stands in the working tree.</summary>
    private void CopyCheckout()
    {
        using var git = Process.Start(
            new ProcessStartInfo("git", ["-C", Checkout.Root, "ls-files", "--cached", "--others", "--exclude-standard", "-z"])
            {
                RedirectStandardOutput = true,
            }
        );
        foreach (string name in git?.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            if (!File.Exists(Checkout.PathOf(name)))
                continue;
            string copy = Path.Combine(Source, name);
            Directory.CreateDirectory(Path.GetDirectoryName(copy) ?? Source);
            File.Copy(Checkout.PathOf(name), copy);
        }
    }
}
