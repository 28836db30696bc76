using System.Runtime.CompilerServices;
using AlexNet.Recipes;
using Lockstep.Core.Texts;
using Lockstep.Native;
using Lockstep.Storage.Runs;
using Lockstep.Torch.Devices;
using Lockstep.Transport.Nccl;
using TorchSharp;

namespace AlexNet.CheckBenchmark;

/// <summary>
/// Whether a device computes what the CPU does, and whether the laws hold on it: parity in this process, then short runs of worker
/// processes, which share a GPU where there is one: placement over each transport (law 1), repetition (law 3), resume (law 4).
/// </summary>
internal sealed class DeviceCheck(CheckOptions options) : IDisposable
{
    private const double LossBound = 1e-3; // of law 1

    private static readonly GpuOptions Repeating = new(Deterministic: true);

    private readonly string _directory = Directory.CreateTempSubdirectory("alexnet-check-").FullName;
    private int _runs;

    /// <summary>Why nothing can be checked over NCCL; null where it can. To be asked once libtorch is loaded.</summary>
    private string? WithoutNccl =>
        DeviceChoice.Choose(options.Device).type != TorchSharp.DeviceType.CUDA
            ? "it needs GPUs"
            : GpuLibraries.WhyUnavailable()
                ?? (
                    torch.cuda.device_count() > 1 || GpuLibraries.SharesGpus
                        ? null
                        : $"it needs two GPUs, or NCCL 2.30 with {GpuLibraries.SharingVariable}=1"
                );

    public async IAsyncEnumerable<CheckRow> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        NativeLibraries.Load();
        torch.set_num_threads(options.Threads);
        var device = DeviceChoice.Choose(options.Device);
        foreach (string recipe in options.Recipes)
        {
            foreach (var row in Parity(recipe, device))
                yield return row;
            foreach (var check in new[] { PlacementAsync(recipe, cancellation), RepetitionAsync(recipe, cancellation) })
            {
                await foreach (var row in check)
                    yield return row;
            }
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    private IReadOnlyList<CheckRow> Parity(string recipe, torch.Device device)
    {
        try
        {
            return DeviceParity.Compare(RecipeCatalog.Load(Recipe.Reader, recipe, []), device, options.Batch);
        }
        catch (Exception e)
        {
            return [CheckRow.Failed($"{recipe} on {device.type} against the CPU", e)];
        }
    }

    private async IAsyncEnumerable<CheckRow> PlacementAsync(string recipe, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var whole = TrainAsync(recipe, "1x1", "shm", cancellation);
        if (WithoutNccl is { } why)
            yield return new CheckRow($"{recipe}: 1x2 and 2x1 over nccl", $"has not run: {why}", "law 1", null);
        var transports = new[] { "shm", "grpc" }.Concat(WithoutNccl is null ? ["nccl"] : []);
        foreach (var (layout, transport) in from layout in new[] { "1x2", "2x1" } from transport in transports select (layout, transport))
        {
            string what = $"{recipe}: {layout} over {transport} against 1x1, losses of {Count.Of(CheckOptions.Steps, "step")}, relative";
            yield return await TriedAsync(what, async () =>
                CheckRow.Of(what, (await TrainAsync(recipe, layout, transport, cancellation)).LossDistance(await whole), LossBound, "law 1")
            );
        }
    }

    private async IAsyncEnumerable<CheckRow> RepetitionAsync(string recipe, [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<(string Layout, string Transport, string Name, GpuOptions Gpu)> settings =
        [
            ("1x2", "shm", "--deterministic", Repeating),
            ("1x2", "shm", "the fast setting", new GpuOptions()),
            .. WithoutNccl is null ? [("2x1", "nccl", "--deterministic", Repeating)] : Array.Empty<(string, string, string, GpuOptions)>(),
        ];
        foreach (var (layout, transport, name, gpu) in settings)
        {
            string what = $"{recipe}: {layout} over {transport} twice with {name}, weights and optimiser states";
            yield return await TriedAsync(what, async () =>
            {
                var (one, other) = (
                    await TrainAsync(recipe, layout, transport, cancellation, gpu),
                    await TrainAsync(recipe, layout, transport, cancellation, gpu)
                );
                return Bits(what, one, other, isLaw: gpu.Deterministic, "law 3");
            });
        }
        string resumed = $"{recipe}: 1x2 stopped half-way and resumed, weights and optimiser states";
        yield return await TriedAsync(resumed, async () =>
        {
            string directory = Next();
            await CheckRun.TrainAsync(
                options,
                recipe,
                "1x2",
                "shm",
                Repeating,
                directory,
                CheckOptions.Steps / 2,
                resume: false,
                cancellation
            );
            var other = await CheckRun.TrainAsync(
                options,
                recipe,
                "1x2",
                "shm",
                Repeating,
                directory,
                CheckOptions.Steps,
                resume: true,
                cancellation
            );
            return Bits(resumed, await TrainAsync(recipe, "1x2", "shm", cancellation), other, isLaw: true, "law 4");
        });
    }

    private static CheckRow Bits(string what, CheckRun one, CheckRun other, bool isLaw, string why)
    {
        bool equal = one.HasWeightsOf(other);
        return new(
            what,
            equal ? "equal bit for bit" : "different",
            isLaw ? $"equal bit for bit: {why}" : "nothing is promised",
            isLaw ? equal : null
        );
    }

    private Task<CheckRun> TrainAsync(
        string recipe,
        string layout,
        string transport,
        CancellationToken cancellation,
        GpuOptions? gpu = null
    ) => CheckRun.TrainAsync(options, recipe, layout, transport, gpu ?? Repeating, Next(), CheckOptions.Steps, resume: false, cancellation);

    private string Next() => Path.Combine(_directory, $"{_runs++}");

    private static async Task<CheckRow> TriedAsync(string what, Func<Task<CheckRow>> check)
    {
        try
        {
            return await check();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return CheckRow.Failed(what, e);
        }
    }
}
