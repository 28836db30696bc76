using AlexNet.Testing;
using Lockstep.Checking;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lockstep.Tests.Checking;

/// <summary>
/// Which layers of TorchSharp keep which laws, layer by layer, and docs/your-own-net.md, which lists them. Every layer has to repeat; those
/// of the first list add up over replicas, those of the second do not.
/// </summary>
[Collection(SmallCheck.Collection)]
public sealed class LayersTests
{
    private const int Samples = 8;

    private static readonly Dictionary<string, (Func<Module> Create, int[] Shape)> AddUp = new()
    {
        ["Linear"] = (() => Linear(6, 4), [6]),
        ["Conv1d"] = (() => Conv1d(3, 4, 3), [3, 8]),
        ["Conv2d"] = (() => Conv2d(3, 4, 3), [3, 8, 8]),
        ["Conv3d"] = (() => Conv3d(2, 4, 3), [2, 5, 5, 5]),
        ["ConvTranspose1d"] = (() => ConvTranspose1d(3, 4, 3), [3, 8]),
        ["ConvTranspose2d"] = (() => ConvTranspose2d(3, 4, 3), [3, 6, 6]),
        ["ConvTranspose3d"] = (() => ConvTranspose3d(2, 4, 3), [2, 4, 4, 4]),
        ["LayerNorm"] = (() => LayerNorm(6), [6]),
        ["GroupNorm"] = (() => Plain(GroupNorm(2, 4)), [4, 6]),
        ["InstanceNorm2d"] = (() => Sequential(Conv2d(3, 4, 1), InstanceNorm2d(4)), [3, 6, 6]),
        ["LocalResponseNorm"] = (() => Sequential(Conv2d(3, 8, 1), LocalResponseNorm(5)), [3, 6, 6]),
        ["RNN"] = (() => new Recurrent(RNN(6, 4, batchFirst: true)), [5, 6]),
        ["GRU"] = (() => new Recurrent(GRU(6, 4, batchFirst: true)), [5, 6]),
        ["LSTM"] = (() => new Recurrent(LSTM(6, 4, batchFirst: true)), [5, 6]),
        ["MultiheadAttention"] = (() => new Attention(), [5, 8]),
        ["Embedding"] = (() => new Looked(Embedding(10, 4)), [5]),
        ["MaxPool2d"] = (() => Sequential(Conv2d(3, 4, 3), MaxPool2d(2)), [3, 8, 8]),
        ["AvgPool2d"] = (() => Sequential(Conv2d(3, 4, 3), AvgPool2d(2)), [3, 8, 8]),
        ["AdaptiveAvgPool2d"] = (() => Sequential(Conv2d(3, 4, 3), AdaptiveAvgPool2d(2)), [3, 8, 8]),
        ["Upsample"] = (() => Sequential(Conv2d(3, 4, 1), Upsample(scale_factor: [2, 2])), [3, 4, 4]),
        ["PixelShuffle"] = (() => Sequential(Conv2d(3, 4, 1), PixelShuffle(2)), [3, 4, 4]),
        ["PReLU"] = (() => Sequential(Linear(6, 4), PReLU(1)), [6]),
        ["RReLU"] = (() => Sequential(Linear(6, 4), RReLU()), [6]), // TorchSharp's draws nothing
        ["ReLU"] = (() => Sequential(Linear(6, 4), ReLU()), [6]),
        ["LeakyReLU"] = (() => Sequential(Linear(6, 4), LeakyReLU(0.1)), [6]),
        ["ELU"] = (() => Sequential(Linear(6, 4), ELU()), [6]),
        ["GELU"] = (() => Sequential(Linear(6, 4), GELU()), [6]),
        ["SiLU"] = (() => Sequential(Linear(6, 4), SiLU()), [6]),
        ["Sigmoid"] = (() => Sequential(Linear(6, 4), Sigmoid()), [6]),
        ["Tanh"] = (() => Sequential(Linear(6, 4), Tanh()), [6]),
        ["Softmax"] = (() => Sequential(Linear(6, 4), Softmax(1)), [6]),
    };

    private static readonly Dictionary<string, (Func<Module> Create, int[] Shape)> DoNot = new()
    {
        ["BatchNorm1d"] = (() => Sequential(Linear(6, 4), BatchNorm1d(4)), [6]),
        ["BatchNorm2d"] = (() => Sequential(Conv2d(3, 4, 3), BatchNorm2d(4)), [3, 8, 8]),
        ["BatchNorm3d"] = (() => Sequential(Conv3d(2, 4, 3), BatchNorm3d(4)), [2, 5, 5, 5]),
        ["Dropout"] = (() => Sequential(Linear(6, 4), Dropout(0.5)), [6]),
        ["Dropout1d"] = (() => Sequential(Conv1d(3, 4, 3), Dropout1d(0.5)), [3, 8]),
        ["Dropout2d"] = (() => Sequential(Conv2d(3, 4, 3), Dropout2d(0.5)), [3, 8, 8]),
        ["Dropout3d"] = (() => Sequential(Conv3d(2, 4, 3), Dropout3d(0.5)), [2, 5, 5, 5]),
        ["AlphaDropout"] = (() => Sequential(Linear(6, 4), AlphaDropout(0.5)), [6]),
        ["FeatureAlphaDropout"] = (() => Sequential(Conv2d(3, 4, 3), FeatureAlphaDropout(0.5)), [3, 8, 8]),
        ["TransformerEncoderLayer"] = (() => new Encoder(), [5, 8]),
    };

    public static TheoryData<string> Names => [.. AddUp.Keys, .. DoNot.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_layer_repeats_and_adds_up_as_the_page_says(string name)
    {
        bool addsUp = AddUp.TryGetValue(name, out var layer);
        var (create, shape) = addsUp ? layer : DoNot[name];
        var found = SmallCheck.Run<Module>(() => (create(), Loss), () => Inputs(name, shape));
        Assert.DoesNotContain(found, f => f.Kind == FindingKind.Wrong);
        Assert.Equal(addsUp, found.Any(f => f.Kind == FindingKind.Kept && f.Text.Contains("add up", StringComparison.Ordinal)));
    }

    /// <summary>With the statistics of all replicas they add up: two halves meet on two threads.</summary>
    [Theory]
    [InlineData("BatchNorm1d")]
    [InlineData("BatchNorm2d")]
    [InlineData("BatchNorm3d")]
    public void Batch_statistics_of_all_replicas_add_up(string name)
    {
        var (create, shape) = DoNot[name];
        var found = SmallCheck.Run<Module>(() => (create(), Loss), () => Inputs(name, shape), syncBatchNorm: true);
        Assert.Contains(found, f => f.Kind == FindingKind.Kept && f.Text.Contains("add up", StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_lists_these_layers()
    {
        string page = File.ReadAllText(Checkout.PathOf("docs/your-own-net.md"));
        Assert.Contains($"| yes | {Listed(AddUp.Keys)} |", page, StringComparison.Ordinal);
        Assert.Contains($"| no | {Listed(DoNot.Keys)} |", page, StringComparison.Ordinal);
    }

    /// <summary>TorchSharp leaves its weights as it finds them.</summary>
    private static GroupNorm Plain(GroupNorm norm)
    {
        init.ones_(norm.weight!);
        init.zeros_(norm.bias!);
        return norm;
    }

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"`{n}`"));

    /// <summary>Uneven in its samples, so that statistics of half of them are others.</summary>
    private static Tensor Loss(Module net, Tensor inputs)
    {
        var outputs = ((Module<Tensor, Tensor>)net).call(inputs).flatten(1);
        return (outputs + 0.1 * outputs.pow(3)).square().mean([1]);
    }

    private static Tensor Inputs(string name, int[] shape)
    {
        using var generator = new Generator(1);
        long[] all = [Samples, .. shape];
        return name == "Embedding" ? randint(10, all, generator: generator) : randn(all, generator: generator);
    }

    private sealed class Recurrent : Module<Tensor, Tensor>
    {
        private readonly Module cell;

        public Recurrent(Module cell)
            : base("recurrent")
        {
            this.cell = cell;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) =>
            cell switch
            {
                RNN rnn => rnn.call(x).Item1,
                GRU gru => gru.call(x).Item1,
                LSTM lstm => lstm.call(x).Item1,
                _ => throw new InvalidOperationException($"{cell} is no recurrent layer."),
            };
    }

    private sealed class Attention : Module<Tensor, Tensor>
    {
        private readonly MultiheadAttention attention = MultiheadAttention(8, 2);

        public Attention()
            : base("attention") => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var first = x.transpose(0, 1); // letters before texts
            return attention.call(first, first, first, null, false, null).Item1.transpose(0, 1);
        }
    }

    private sealed class Encoder : Module<Tensor, Tensor>
    {
        private readonly TransformerEncoderLayer layer = TransformerEncoderLayer(8, 2, 16); // with its dropout of 0.1

        public Encoder()
            : base("encoder") => RegisterComponents();

        public override Tensor forward(Tensor x) => layer.call(x.transpose(0, 1), null, null).transpose(0, 1);
    }

    private sealed class Looked : Module<Tensor, Tensor>
    {
        private readonly Embedding embedding;

        public Looked(Embedding embedding)
            : base("looked")
        {
            this.embedding = embedding;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => embedding.call(x);
    }
}
