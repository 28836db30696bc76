using System.Collections.Concurrent;
using System.Security.Cryptography;
using AlexNet.Core.Recipes;
using AlexNet.Core.Topology;
using AlexNet.Model;
using AlexNet.Model.Layers;
using AlexNet.Model.Optimizers;
using AlexNet.Model.Parameters;
using TorchSharp;

namespace AlexNet.Parity.Tests.Ladder;

/// <summary>
/// The program of a fixture, run by the product as one worker runs it: initial weights; then step after step the batch, forward, loss,
/// backward and update. It keeps what the fixture keeps, and no tensor.
/// </summary>
internal sealed class ParityRun
{
    private static readonly ConcurrentDictionary<string, Lazy<ParityRun>> Runs = new();

    private readonly ParityFixture _fixture;
    private readonly Dictionary<string, string> _initialWeights = [];
    private readonly Dictionary<string, TensorSummary> _outputs = [], _gradients = [];
    private readonly List<double> _losses = [];

    private ParityRun(ParityFixture fixture)
    {
        _fixture = fixture;
        Run(fixture.ReadRecipe());
    }

    public IReadOnlyDictionary<string, string> InitialWeights => _initialWeights;

    /// <summary>What leaves each segment in step 0, by the name of the segment's last layer; the last is the logits.</summary>
    public IReadOnlyDictionary<string, TensorSummary> Outputs => _outputs;

    public IReadOnlyDictionary<string, TensorSummary> Gradients => _gradients;

    public IReadOnlyList<double> Losses => _losses;

    /// <summary>The run of a fixture; every test asks for the same one.</summary>
    public static ParityRun Of(string name) => Runs.GetOrAdd(name, key => new(() => new ParityRun(ParityFixture.Of(key)))).Value;

    private void Run(Recipe recipe)
    {
        using var outer = torch.NewDisposeScope();
        using var shard = new Shard(recipe, new RunTopology(1, 1), 0, new Exchange(new SoloCollectives()), torch.CPU);
        foreach (var parameter in shard.Parameters)
            _initialWeights[parameter.Name] = Hash(parameter);

        using var optimizer = Optimizer.Create(recipe.Optimizer, shard.Parameters);
        var (images, labels) = (ParityBatch.Images(_fixture, recipe.Data), ParityBatch.Labels(_fixture, recipe.Data));
        for (int step = 0; step < _fixture.Losses.Count; step++)
        {
            using var scope = torch.NewDisposeScope();
            var pass = shard.Forward(images, new PassContext(Training: true, step, _fixture.Samples.ToArray()));
            var loss = SoftmaxLoss.Of(pass.Logits, labels, _fixture.GlobalBatch);
            shard.Backward(pass, loss.LogitsGradient, _ => { });
            if (step == 0)
                Keep(shard, pass);
            _losses.Add(loss.Value);
            optimizer.Step(recipe.Optimizer.Rate);
            shard.ClearGradients();
        }
    }

    private void Keep(Shard shard, ForwardPass pass)
    {
        foreach (var segment in shard.Segments)
        {
            string layer = segment.LastLayer.Shape.Name;
            _outputs[layer] = TensorSummary.Of(layer, pass.Outputs[segment.Index], _fixture.Outputs[layer]);
        }
        foreach (var parameter in shard.Parameters)
            _gradients[parameter.Name] = TensorSummary.Of(parameter.Name, parameter.Gradient(), _fixture.Gradients[parameter.Name]);
    }

    private static string Hash(Parameter parameter)
    {
        using var scope = torch.NewDisposeScope();
        return Convert.ToHexStringLower(SHA256.HashData(parameter.Value.detach().bytes));
    }
}
