using System.Diagnostics;
using System.Globalization;
using AlexNet.Net.Layers;
using AlexNet.Net.Normalisation;
using AlexNet.Recipes;
using Lockstep.Core.Numerics;
using Lockstep.Native;
using static TorchSharp.torch;

// arguments: rounds
int rounds = int.Parse(args[0], CultureInfo.InvariantCulture);
NativeLibraries.Load();
var (lrn, pool) = (new LrnRecipe(), new PoolRecipe { Kernel = 3, Stride = 2 });
Console.WriteLine(
    "| output of | type | threads | LRN: libtorch | ours | ratio | ReLU, LRN, pooling: libtorch | ours | ratio "
        + "|\n|---|---|---|---|---|---|---|---|---|"
);
foreach (
    var (name, channels, side) in new[]
    {
        ("conv1", 96, 55),
        ("conv1, one tower", 48, 55),
        ("conv2", 256, 27),
        ("conv2, one tower", 128, 27),
    }
)
{
    foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
    {
        foreach (int threads in new[] { 1, 2 })
            Compare(name, channels, side, type, threads);
    }
}

void Compare(string name, int channels, int side, ScalarType type, int threads)
{
    using var scope = NewDisposeScope();
    set_num_threads(threads);
    int towers = name.EndsWith("tower", StringComparison.Ordinal) ? 1 : 2;
    var input = randn(64, channels, side, side).to(type);
    Func<Tensor, Tensor>[] operations =
    [
        x => Stock(x, towers),
        x => ConvEpilogues.WithinTowers(x, towers, lrn),
        x => nn.functional.max_pool2d(Stock(x.relu(), towers), pool.Kernel, pool.Stride),
        x => ConvEpilogues.Apply(x, new ConvEpilogue(towers, lrn, Rectify: true, pool)),
    ];
    var times = operations.Select(_ => (Forward: new List<double>(), Backward: new List<double>())).ToArray();
    for (int round = 0; round < rounds; round++) // taking turns, so that what else the machine does hits all alike
    {
        for (int i = 0; i < operations.Length; i++)
            Time(operations[i], input, times[i].Forward, times[i].Backward);
    }

    Console.WriteLine(
        $"| {name} {channels}x{side}x{side} | {(type == ScalarType.Float32 ? "fp32" : "bf16")} | {threads} "
            + $"| {Cell(times[0])} | {Cell(times[1])} | {Ratio(times[0], times[1])} | {Cell(times[2])} | {Cell(times[3])} | "
            + $"{Ratio(times[2], times[3])} |"
    );
}

// libtorch's average pool over maps has no bf16 form, so there it computes in fp32
Tensor Stock(Tensor x, int towers)
{
    var byTower = x.to(ScalarType.Float32).reshape(x.shape[0] * towers, x.shape[1] / towers, x.shape[2], x.shape[3]);
    return nn.functional.local_response_norm(byTower, lrn.Size, lrn.Alpha, lrn.Beta, lrn.K).reshape(x.shape).to(x.dtype);
}

static void Time(Func<Tensor, Tensor> operation, Tensor input, List<double> forward, List<double> backward)
{
    using var scope = NewDisposeScope();
    var leaf = input.detach().requires_grad_(true);
    long start = Stopwatch.GetTimestamp();
    var output = operation(leaf);
    forward.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    var gradient = ones_like(output);
    start = Stopwatch.GetTimestamp();
    output.backward([gradient]);
    backward.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
}

static string Cell((List<double> Forward, List<double> Backward) times) =>
    string.Create(CultureInfo.InvariantCulture, $"{Median.Of(times.Forward):0.0} + {Median.Of(times.Backward):0.0}");

static string Ratio((List<double> Forward, List<double> Backward) stock, (List<double> Forward, List<double> Backward) ours) =>
    string.Create(
        CultureInfo.InvariantCulture,
        $"{(Median.Of(stock.Forward) + Median.Of(stock.Backward)) / (Median.Of(ours.Forward) + Median.Of(ours.Backward)):0.0}x"
    );
