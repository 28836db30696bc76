using System.CommandLine;
using AlexNet.Cli.Arguments;
using AlexNet.Cli.Certificates;
using AlexNet.Cli.Launching;
using AlexNet.Recipes;
using Lockstep.Core.Errors;
using Lockstep.Native;
using Lockstep.Torch.Devices;

namespace AlexNet.Cli.Commands.Training;

/// <summary>What of this machine a run uses: processors, devices, transports and ports.</summary>
internal sealed class MachineOptions
{
    private readonly Option<int?> _threads = new("--threads")
    {
        Description = "Threads of each worker; the cores divided by the workers by default.",
    };
    private readonly Option<string> _device = new Option<string>("--device")
    {
        Description = "auto, cpu or cuda.",
        DefaultValueFactory = _ => "auto",
    }.AcceptOnlyFromAmong("auto", "cpu", "cuda");
    private readonly Option<bool> _deterministic = GpuArguments.Deterministic();
    private readonly Option<string> _gpuLayout = GpuArguments.Layout();
    private readonly Option<string> _transport = new Option<string>("--transport")
    {
        Description = "What carries tensors between workers: auto (shared memory on one host), grpc, shm, or nccl between GPUs.",
        DefaultValueFactory = _ => "auto",
    }.AcceptOnlyFromAmong("auto", "grpc", "shm", "nccl");
    private readonly Option<int?> _coordinatorPort = new("--coordinator-port")
    {
        Description = "Port of the coordinator; a free one by default.",
    };
    private readonly Option<int?> _metricsPort = new("--metrics-port")
    {
        Description = "Port of the coordinator's metrics; the workers' ports follow it. By default free ports.",
    };
    private readonly Option<string?> _certificates = new("--certs")
    {
        Description = "Use mutual TLS between the processes, with the certificates that 'alexnet certs' made in this directory.",
    };

    public IEnumerable<Option> All =>
        [_threads, _device, _deterministic, _gpuLayout, _transport, _coordinatorPort, _metricsPort, _certificates];

    /// <summary>auto, cpu or cuda.</summary>
    public string Device(ParseResult parsed) => parsed.GetValue(_device) ?? "auto";

    public GpuOptions Gpu(ParseResult parsed) => new(parsed.GetValue(_deterministic), parsed.GetValue(_gpuLayout) ?? GpuOptions.Auto);

    public string Transport(ParseResult parsed) => parsed.GetValue(_transport) ?? "auto";

    /// <summary>Threads of each worker: those given, those that the run had, or the cores divided by the workers.</summary>
    public int Threads(ParseResult parsed, BegunRun? run, Recipe recipe) =>
        parsed.GetValue(_threads)
        ?? run?.ThreadsFor(recipe)
        ?? Math.Max(1, Environment.ProcessorCount / (recipe.Layout.Shards * recipe.Layout.Replicas));

    public int CoordinatorPort(ParseResult parsed) => parsed.GetValue(_coordinatorPort) ?? 0;

    public int MetricsPort(ParseResult parsed) => parsed.GetValue(_metricsPort) ?? 0;

    public CertificateFolder? Certificates(ParseResult parsed, List<string> errors) =>
        parsed.GetValue(_certificates) is { } folder ? CertificateFolder.Open(folder, errors) : null;

    public void Check(ParseResult parsed, List<string> errors)
    {
        if (Device(parsed) == "cpu" && Transport(parsed) == "nccl")
            errors.Add("--transport is nccl, which links GPUs, and --device is cpu; use --transport auto, or --device cuda.");
    }

    /// <summary>A GPU that is asked for must be there; to see that takes libtorch.</summary>
    /// <exception cref="BadInputException">It is not.</exception>
    public void RequireDevice(ParseResult parsed)
    {
        if (Device(parsed) != "cuda")
            return;
        NativeLibraries.Load();
        DeviceChoice.Choose(Device(parsed));
    }

    /// <summary>What was asked for and changes nothing on this machine, in this layout.</summary>
    public static IEnumerable<string> Idle(TrainRequest request)
    {
        if (request.OnCpu && request.Gpu.Layout != GpuOptions.Auto)
            yield return $"--gpu-layout {request.Gpu.Layout} changes nothing: the CPU computes, and it has a layout of its own.";
        if (request.Transport != "auto" && request.Topology.Workers == 1)
            yield return $"--transport {request.Transport} changes nothing: there is one worker, so nothing travels between workers.";
    }
}
