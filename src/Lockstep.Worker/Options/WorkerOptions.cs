using System.Globalization;
using System.Net;
using Lockstep.Core.Errors;
using Lockstep.Core.Machines;
using Lockstep.Core.Timings;
using Lockstep.Hosting;
using Lockstep.Hosting.Security;
using Lockstep.Torch.Devices;
using Lockstep.Transport;
using Lockstep.Worker.Faults;

namespace Lockstep.Worker.Options;

/// <summary>
/// A worker's settings, from <c>ALEXNET_*</c> variables and arguments (<c>--coordinator URL</c>); all are checked at start.
/// </summary>
internal sealed record WorkerOptions
{
    /// <summary>coordinator: URL of the coordinator's gRPC port.</summary>
    public required Uri Coordinator { get; init; }

    /// <summary>token: the secret of the run.</summary>
    public required string Token { get; init; }

    /// <summary>tls-cert, tls-key and tls-ca: PEM files for mutual TLS with coordinator and workers; none by default.</summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>worker-id: a name of its own; slots are filled in the order of names. Host and process by default.</summary>
    public required string WorkerId { get; init; }

    /// <summary>listen and http-listen: address:port for peers and for metrics; loopback and free ports by default.</summary>
    public required ServiceEndpoints Endpoints { get; init; }

    /// <summary>advertise: the host name or address under which other machines reach this one; that of <c>listen</c> by default.</summary>
    public string? AdvertisedHost { get; init; }

    /// <summary>threads: of the arithmetic; the cores of the machine by default.</summary>
    public required int Threads { get; init; }

    /// <summary>
    /// loader-threads: that decode images ahead of the step; as many as <c>threads</c> by default. Their number changes no bit.
    /// </summary>
    public required int LoaderThreads { get; init; }

    /// <summary>device: auto, cpu or cuda.</summary>
    public required string Device { get; init; }

    /// <summary>
    /// deterministic: on a GPU, only what repeats its bits. gpu-layout: auto, maps or pixels. A CPU does not look at them.
    /// </summary>
    public required GpuOptions Gpu { get; init; }

    /// <summary>transport: auto (shared memory between workers of one host, gRPC otherwise), grpc, shm, or nccl between GPUs.</summary>
    public required PeerTransport Transport { get; init; }

    /// <summary>data: directory of the data set on this machine; the recipe's by default.</summary>
    public string? Data { get; init; }

    /// <summary>run-dir: directory that all workers share, for checkpoints; none are saved without it.</summary>
    public string? RunDirectory { get; init; }

    /// <summary>flights: on (default) or off: whether it leaves in the run directory what it did last, for <c>autopsy</c>.</summary>
    public bool Flights { get; init; } = true;

    /// <summary>
    /// weights: the safetensors file that the recipe's <c>start</c> names; by default <c>start.safetensors</c> in the run directory.
    /// </summary>
    public string? Weights { get; init; }

    /// <summary>dump-steps: steps (counted from 0) whose weights and gradients are written to the run directory, for diagnosis.</summary>
    public required IReadOnlyList<long> DumpSteps { get; init; }

    /// <summary>connect-timeout: seconds to try to reach the coordinator.</summary>
    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>fault: for tests; see <see cref="Worker.Faults.Fault"/>.</summary>
    public Fault? Fault { get; init; }

    /// <summary>metrics, otlp, trace-every, log-format: how it lets itself be watched.</summary>
    public required TelemetryOptions Telemetry { get; init; }

    /// <summary>supervised: end when standard input closes.</summary>
    public bool Supervised { get; init; }

    /// <exception cref="BadInputException">Any setting is missing or wrong; all errors at once.</exception>
    public static WorkerOptions From(Settings settings)
    {
        string url = settings.Text("coordinator", "the URL of the coordinator's gRPC port, such as http://coordinator:5000");
        Uri.TryCreate(url, UriKind.Absolute, out var coordinator);
        if (url.Length > 0 && coordinator?.Scheme is not ("http" or "https"))
            settings.Errors.Add($"setting 'coordinator' is '{url}'; it must be a URL such as http://coordinator:5000.");
        string device = settings.Optional("device") ?? "auto";
        if (device is not ("auto" or "cpu" or "cuda"))
            settings.Errors.Add($"setting 'device' is '{device}'; it must be auto, cpu or cuda.");

        var gpu = new GpuOptions(settings.Flag("deterministic"), settings.Optional("gpu-layout") ?? GpuOptions.Auto);
        if (!GpuOptions.Layouts.Contains(gpu.Layout))
            settings.Errors.Add($"setting 'gpu-layout' is '{gpu.Layout}'; it must be {string.Join(", ", GpuOptions.Layouts)}.");

        if (!PeerTransports.TryParse(settings.Optional("transport") ?? "auto", out var transport))
            settings.Errors.Add($"setting 'transport' is '{settings.Optional("transport")}'; it must be auto, grpc, shm or nccl.");

        string flights = settings.Optional("flights") ?? "on";
        if (flights is not ("on" or "off"))
            settings.Errors.Add($"setting 'flights' is '{flights}'; it must be on or off.");

        var tls = TlsFiles.Read(settings, Roles.Worker);
        if (coordinator is not null && (coordinator.Scheme == Uri.UriSchemeHttps) != (tls is not null))
        {
            string files = $"{Settings.VariableOf("tls-cert")}, {Settings.VariableOf("tls-key")} and {Settings.VariableOf("tls-ca")}",
                needed = tls is null ? $"https needs {files}" : "with certificates it must begin with https";
            settings.Errors.Add($"setting 'coordinator' is '{url}'; {needed}.");
        }

        int threads = ThreadsOf(settings, "threads", Environment.ProcessorCount);
        var options = new WorkerOptions
        {
            Coordinator = coordinator ?? new Uri("http://localhost"),
            Token = settings.Secret("token", "the secret of the run"),
            Tls = tls,
            WorkerId = settings.Optional("worker-id")
                ?? string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}"),
            Endpoints = new ServiceEndpoints(settings.Endpoint("listen"), settings.Endpoint("http-listen")),
            AdvertisedHost = settings.Optional("advertise"),
            Threads = threads,
            LoaderThreads = ThreadsOf(settings, "loader-threads", threads),
            Device = device,
            Gpu = gpu,
            Transport = transport,
            Data = settings.Optional("data"),
            RunDirectory = settings.Optional("run-dir"),
            Flights = flights == "on",
            Weights = settings.Optional("weights"),
            DumpSteps = Steps(settings),
            ConnectTimeout = settings.Seconds("connect-timeout", LivenessTimings.Standard.ConnectTime.TotalSeconds),
            Fault = Fault.Read(settings),
            Telemetry = TelemetryOptions.From(settings),
            Supervised = settings.Flag("supervised"),
        };
        if (
            options.AdvertisedHost is null
            && options.Endpoints.Grpc.Address is var address
            && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        )
        {
            settings.Errors.Add(
                $"setting 'listen' is {options.Endpoints.Grpc}, every address of this machine; give the one name or address under which "
                    + $"other workers reach it with --advertise or {Settings.VariableOf("advertise")}."
            );
        }

        if (options is { DumpSteps.Count: > 0, RunDirectory: null })
            settings.Errors.Add("setting 'dump-steps' is given without 'run-dir', where they are written; give both.");
        settings.RefuseUnknown();
        return settings.Errors.Count == 0 ? options : throw new BadInputException(settings.Errors);
    }

    private static int ThreadsOf(Settings settings, string name, int standard)
    {
        int threads = settings.Whole(name, standard, least: 1);
        if (MachineRoom.Here.ThreadProblem($"setting '{name}'", threads) is { } problem)
            settings.Errors.Add(problem);
        return threads;
    }

    private static List<long> Steps(Settings settings)
    {
        var steps = new List<long>();
        foreach (string text in (settings.Optional("dump-steps") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long step))
                steps.Add(step);
            else
                settings.Errors.Add($"setting 'dump-steps' has '{text}'; it must be a list of steps such as 0,10,20.");
        }
        return steps;
    }
}
