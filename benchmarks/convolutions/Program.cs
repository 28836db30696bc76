using System.Diagnostics;
using System.Globalization;
using Lockstep.Native;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

// arguments: rounds. Forward and backward of layers, stock and cured by turns; the input of a first layer needs no gradient.
int rounds = int.Parse(args[0], CultureInfo.InvariantCulture);
TorchSharpCures.Apply();
(string Name, Func<Layer> Make, long[] Input, bool IsFirst)[] layers =
[
    ("conv2d 1 to 8, kernel 3, 28x28, first", () => Conv2d(1, 8, 3, padding: 1), [64, 1, 28, 28], true),
    ("conv2d 3 to 20, kernel 5, 32x32, first", () => Conv2d(3, 20, 5), [64, 3, 32, 32], true),
    ("conv2d 10 to 10, kernel 3, 32x32", () => Conv2d(10, 10, 3, padding: 1), [64, 10, 32, 32], false),
    ("conv2d 24 to 24, kernel 3, 28x28", () => Conv2d(24, 24, 3, padding: 1), [64, 24, 28, 28], false),
    ("conv2d 20 to 50, kernel 5, 12x12", () => Conv2d(20, 50, 5), [64, 20, 12, 12], false),
    ("conv2d 100 to 100, kernel 3, 16x16", () => Conv2d(100, 100, 3, padding: 1), [64, 100, 16, 16], false),
    ("conv2d 48 to 96, kernel 3, stride 2, 16x16", () => Conv2d(48, 96, 3, stride: 2, padding: 1), [64, 48, 16, 16], false),
    ("conv2d 64 to 1, kernel 1, 64x64", () => Conv2d(64, 1, 1), [16, 64, 64, 64], false),
    ("conv1d 20 to 40, kernel 5, 256", () => Conv1d(20, 40, 5, padding: 2), [64, 20, 256], false),
    ("transposed 2d 24 to 12, kernel 2, stride 2, 32x32", () => ConvTranspose2d(24, 12, 2, stride: 2), [32, 24, 32, 32], false),
];
Console.WriteLine("| layer | threads | stock, ms | cured, ms | stock / cured | lowest to highest |\n|---|---|---|---|---|---|");
foreach (int threads in (int[])[1, 2])
{
    set_num_threads(threads);
    foreach (var (name, make, input, isFirst) in layers)
        Compare(name, threads, make, input, isFirst);
}

void Compare(string name, int threads, Func<Layer> make, long[] shape, bool isFirst)
{
    using var scope = NewDisposeScope();
    using Layer stock = make(),
        cured = make();
    ConvolutionCure.Apply(cured);
    var input = randn(shape);
    var times = new List<(double Stock, double Cured)>();
    for (int round = -2; round < rounds; round++) // two to warm up
    {
        var pair = (Time(stock, input, !isFirst), Time(cured, input, !isFirst));
        if (round >= 0)
            times.Add(pair);
    }
    double[] ratios = [.. times.Select(t => t.Stock / t.Cured).Order()];
    Console.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {threads} | {Median(times.Select(t => t.Stock)):0.0} | {Median(times.Select(t => t.Cured)):0.0} | "
                + $"{Median(ratios):0.00} | {ratios[0]:0.00} to {ratios[^1]:0.00} |"
        )
    );
}

// milliseconds of a pass, the mean of three
static double Time(Layer layer, Tensor input, bool needsGradient)
{
    const int passes = 3;
    using var scope = NewDisposeScope();
    long start = Stopwatch.GetTimestamp();
    for (int pass = 0; pass < passes; pass++)
    {
        var output = layer.call(input.detach().requires_grad_(needsGradient));
        output.backward([output.detach()]);
    }
    double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds / passes;
    layer.zero_grad();
    return elapsed;
}

static double Median(IEnumerable<double> values)
{
    double[] sorted = [.. values.Order()];
    return sorted[(sorted.Length - 1) / 2];
}
