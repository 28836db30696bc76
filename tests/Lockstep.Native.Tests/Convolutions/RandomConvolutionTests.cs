using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lockstep.Native.Tests.Convolutions;

/// <summary>
/// Cured convolutions that are drawn at random, in memory that holds large numbers, against fp64. Rules about which channels are wrong were
/// wrong themselves more than once: this finds what nobody thought of.
/// </summary>
public class RandomConvolutionTests
{
    private static readonly int[] Channels =
    [
        1,
        1,
        2,
        3,
        4,
        5,
        7,
        8,
        9,
        10,
        12,
        15,
        16,
        17,
        20,
        24,
        28,
        31,
        32,
        33,
        40,
        48,
        50,
        64,
        80,
        100,
    ];

    public RandomConvolutionTests() => NativeLibraries.Load();

    [Theory]
    [InlineData(ScalarType.Float32, 1, 200, 2e-5)]
    [InlineData(ScalarType.BFloat16, 3, 150, 2e-2)]
    public void Apply_RandomConvolutions_GiveTheOutputsAndGradientsOfFp64(ScalarType type, int seed, int count, double bound)
    {
        var random = new Random(seed);
        var wrong = new List<string>();
        for (int n = 0; n < count; n++)
        {
            using var scope = NewDisposeScope();
            manual_seed(seed * 1000 + n);
            var (name, module, input) = Draw(random, type);
            using (no_grad())
            {
                foreach (var parameter in module.parameters())
                    parameter.copy_(parameter.to(type)); // numbers that both types have
            }
            var expected = Pass(module.to(ScalarType.Float64), input);
            module.to(type);
            ConvolutionCure.Apply(module);
            FillMemory();
            var found = Pass(module, input);
            wrong.AddRange(
                from pair in found.Zip(expected)
                let size = Norm(pair.Second.Value)
                let distance = Norm(pair.First.Value - pair.Second.Value) / size
                where size > 0 && !(distance < bound)
                select FormattableString.Invariant($"{name}: {pair.First.Name} is {distance:G3} from fp64")
            );
        }

        Assert.Empty(wrong);
    }

    private static (string Name, Module<Tensor, Tensor> Module, Tensor Input) Draw(Random random, ScalarType type)
    {
        while (true)
        {
            int dimensions = random.Next(1, 4),
                groups = random.Next(3) == 0 ? random.Next(2, 5) : 1;
            bool isTransposed = random.Next(3) == 0;
            int inputs = groups * Channels[random.Next(Channels.Length)],
                outputs = groups * Channels[random.Next(Channels.Length)];
            int kernel = random.Next(1, dimensions == 3 ? 4 : 7),
                stride = random.Next(1, 4),
                dilation = random.Next(4) == 0 ? 2 : 1,
                padding = random.Next(0, kernel),
                added = isTransposed ? random.Next(0, stride) : 0,
                side = random.Next(1, dimensions == 3 ? 6 : 16),
                batch = random.Next(1, 5);
            int reach = dilation * (kernel - 1);
            if (isTransposed ? (side - 1) * stride - 2 * padding + reach + added < 0 : side + 2 * padding <= reach)
                continue; // there is no output
            string name =
                $"{dimensions}d{(isTransposed ? " transposed" : "")}, {inputs} to {outputs} in {groups}, kernel {kernel}, stride {stride}, "
                + $"dilation {dilation}, padding {padding}, added {added}, {batch} x {side}";
            Module<Tensor, Tensor> module = (dimensions, isTransposed) switch
            {
                (1, false) => Conv1d(inputs, outputs, kernel, stride, padding, dilation, groups: groups),
                (2, false) => Conv2d(inputs, outputs, kernel, stride, padding, dilation, groups: groups),
                (_, false) => Conv3d(inputs, outputs, kernel, stride, padding, dilation, groups: groups),
                (1, true) => ConvTranspose1d(inputs, outputs, kernel, stride, padding, added, dilation, groups: groups),
                (2, true) => ConvTranspose2d(inputs, outputs, kernel, stride, padding, added, dilation, groups: groups),
                _ => ConvTranspose3d(inputs, outputs, kernel, stride, padding, added, dilation, groups: groups),
            };
            return (name, module, randn([batch, inputs, .. Enumerable.Repeat((long)side, dimensions)]).to(type));
        }
    }

    private static (string Name, Tensor Value)[] Pass(Module<Tensor, Tensor> module, Tensor x)
    {
        module.zero_grad();
        var input = x.to(module.parameters().First().dtype).detach().requires_grad_(true);
        var y = module.call(input);
        using var generator = new Generator(5); // torch's own is drawn from by tests that run beside this one
        var drawn = rand(y.shape, generator: generator) + 0.5; // so that a wrong output spoils no gradient
        y.backward([drawn.to(ScalarType.BFloat16).to(y.dtype)]);
        return
        [
            ("output", Exact(y)),
            ("gradient of the input", Exact(input.grad)),
            .. module.named_parameters().Select(p => ($"gradient of {p.name}", Exact(p.parameter.grad))),
        ];
    }

    private static Tensor Exact(Tensor? tensor) =>
        (tensor ?? throw new InvalidOperationException("there is no gradient")).detach().to(ScalarType.Float64).clone();

    private static double Norm(Tensor tensor) => tensor.norm().item<double>();

    /// <summary>What is allocated next finds large numbers.</summary>
    private static void FillMemory()
    {
        Tensor[] large = [.. Enumerable.Range(1, 30).Select(n => full(3000L * n, 1e10f))];
        foreach (var tensor in large)
            tensor.Dispose();
    }
}
