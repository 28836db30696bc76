using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lockstep.Native.Tests.Convolutions;

/// <summary>Convolutions of TorchSharp with any channels against the same in fp64, which libtorch computes without blocks.</summary>
public class ConvolutionCureTests
{
    private static readonly int[] Channels = [1, 3, 6, 8, 10, 16, 20, 24];

    public ConvolutionCureTests() => NativeLibraries.Load();

    public static TheoryData<string> Kinds => [.. Modules.Keys];

    private static readonly Dictionary<string, Func<int, int, int, Module<Tensor, Tensor>>> Modules = new()
    {
        ["conv1d"] = (i, o, k) => Conv1d(i, o, k, padding: k / 2),
        ["conv1d, stride 2"] = (i, o, k) => Conv1d(i, o, k, padding: k / 2, stride: 2),
        ["conv2d"] = (i, o, k) => Conv2d(i, o, k, padding: k / 2),
        ["conv2d, no bias"] = (i, o, k) => Conv2d(i, o, k, bias: false),
        ["conv2d, stride 2"] = (i, o, k) => Conv2d(i, o, k, padding: k / 2, stride: 2),
        ["conv2d, dilated"] = (i, o, k) => Conv2d(i, o, k, padding: k, dilation: 2),
        ["conv2d, same"] = (i, o, k) => Conv2d(i, o, k + 1, padding: Padding.Same, stride: 1),
        ["conv2d, reflected"] = (i, o, k) => Conv2d(i, o, k, padding: k / 2, padding_mode: PaddingModes.Reflect),
        ["conv3d"] = (i, o, k) => Conv3d(i, o, k, padding: k / 2),
        ["transposed 1d"] = (i, o, k) => ConvTranspose1d(i, o, k, padding: k / 2),
        ["transposed 2d"] = (i, o, k) => ConvTranspose2d(i, o, k, padding: k / 2),
        ["transposed 2d, stride 2"] = (i, o, k) => ConvTranspose2d(i, o, k, padding: k / 2, stride: 2, output_padding: 1),
        ["transposed 3d"] = (i, o, k) => ConvTranspose3d(i, o, k, padding: k / 2),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Apply_AnyChannels_GivesTheOutputsAndGradientsOfFp64(string kind)
    {
        var wrong = new List<string>();
        foreach (int inputs in Channels)
        {
            foreach (int outputs in Channels)
            {
                foreach (int kernel in inputs == outputs ? (int[])[1, 3] : [3])
                    wrong.AddRange(Differences(kind, inputs, outputs, kernel, batch: true));
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("conv2d")]
    [InlineData("conv1d")]
    public void Apply_ASampleWithoutABatch_IsTakenToo(string kind) => Assert.Empty(Differences(kind, 6, 10, 3, batch: false));

    [Fact]
    public void Apply_ANet_CuresTheConvolutionsThatNeedItAndChangesNoName()
    {
        using var net = Sequential(
            ("whole", Conv2d(16, 32, 3)),
            ("grouped", Conv2d(6, 6, 3, groups: 6)),
            ("inner", Sequential(("odd", Conv2d(32, 10, 3)), ("linear", Linear(4, 3)))),
            ("up", ConvTranspose2d(10, 3, 2))
        );
        string[] before = [.. net.state_dict().Keys];
        Assert.Equal(["inner.odd", "up"], ConvolutionCure.Apply(net).Names.Order());
        Assert.Equal(before, net.state_dict().Keys);
    }

    [Fact]
    public void Apply_AnotherType_IsLeftToLibtorch()
    {
        using var scope = NewDisposeScope();
        var module = Conv2d(6, 10, 3).to(ScalarType.Float64);
        var x = randn([2, 6, 8, 8], ScalarType.Float64);
        var before = module.call(x);
        ConvolutionCure.Apply(module);
        Assert.True(before.equal(module.call(x)).all().item<bool>());
    }

    /// <summary>Evaluation and training by turns, and two passes before the backward pass, as a net with tied layers makes them.</summary>
    [Fact]
    public void Apply_ALayerThatIsCalledTwice_SumsItsGradients()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var module = Conv2d(10, 10, 3, padding: 1);
        var x = randn([2, 10, 9, 9]);
        Tensor Twice()
        {
            module.zero_grad();
            (module.call(module.call(x)).pow(2).sum() / 1000).backward();
            return (module.weight.grad ?? throw new InvalidOperationException("there is no gradient")).to(ScalarType.Float64).clone();
        }
        module.to(ScalarType.Float64);
        x = x.to(ScalarType.Float64);
        var expected = Twice();
        module.to(ScalarType.Float32);
        x = x.to(ScalarType.Float32);
        ConvolutionCure.Apply(module);
        using (no_grad())
            module.call(x);
        Assert.InRange(Distance(Twice(), expected), 0, 1e-5);
    }

    private static IEnumerable<string> Differences(string kind, int inputs, int outputs, int kernel, bool batch)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(inputs * 1000 + outputs * 10 + kernel);
        var module = Modules[kind](inputs, outputs, kernel);
        long[] size =
            kind.Contains("1d", StringComparison.Ordinal) ? [inputs, 21]
            : kind.Contains("3d", StringComparison.Ordinal) ? [inputs, 5, 6, 7]
            : [inputs, 9, 11];
        var x = randn(batch ? [3, .. size] : size);
        var expected = Pass(module.to(ScalarType.Float64), x);
        module.to(ScalarType.Float32);
        ConvolutionCure.Apply(module);
        var found = Pass(module, x);
        return
        [
            .. from pair in found.Zip(expected)
            let distance = Distance(pair.First.Value, pair.Second.Value)
            where !(distance < 2e-5) // a bias adds up hundreds of numbers of both signs
            select FormattableString.Invariant($"{inputs} to {outputs}, kernel {kernel}: {pair.First.Name} is {distance:G3} from fp64"),
        ];
    }

    private static (string Name, Tensor Value)[] Pass(Module<Tensor, Tensor> module, Tensor x)
    {
        module.zero_grad();
        var input = x.to(module.parameters().First().dtype).detach().requires_grad_(true);
        var y = module.call(input);
        (y * (y.detach() + 1)).sum().backward();
        var gradients = module.named_parameters().Select(p => ($"gradient of {p.name}", Exact(p.parameter.grad)));
        return [("output", Exact(y)), ("gradient of the input", Exact(input.grad)), .. gradients];
    }

    private static Tensor Exact(Tensor? tensor) =>
        (tensor ?? throw new InvalidOperationException("there is no gradient")).detach().to(ScalarType.Float64).clone();

    private static double Distance(Tensor found, Tensor expected) =>
        found.shape.SequenceEqual(expected.shape) ? ((found - expected).norm() / expected.norm()).item<double>() : double.PositiveInfinity;
}
