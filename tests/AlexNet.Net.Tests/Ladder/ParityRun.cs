using System.Collections.Concurrent;
using System.Security.Cryptography;
using AlexNet.Net.Shards;
using Lockstep.Torch.Parameters;
using TorchSharp;

namespace AlexNet.Net.Tests.Ladder;

/// <summary>What the product finds for a fixture: that which the fixture keeps, and no tensor.</summary>
internal sealed class ParityRun
{
    private static readonly ConcurrentDictionary<string, Lazy<ParityRun>> Runs = new();

    private readonly Dictionary<string, string> _initialWeights = [];
    private readonly Dictionary<string, TensorSummary> _outputs = [],
        _gradients = [];
    private readonly List<double> _losses = [];

    private ParityRun(ParityFixture fixture)
    {
        using var program = new TrainingProgram(fixture);
        foreach (var parameter in program.Shard.Parameters)
            _initialWeights[parameter.Name] = Hash(parameter);
        _losses.Add(program.Step(0, pass => Keep(fixture, program.Shard, pass)));
        for (int step = 1; step < fixture.Losses.Count; step++)
            _losses.Add(program.Step(step, _ => { }));
    }

    public IReadOnlyDictionary<string, string> InitialWeights => _initialWeights;

    /// <summary>What leaves each segment in step 0, by the name of the segment's last layer; the last is the logits.</summary>
    public IReadOnlyDictionary<string, TensorSummary> Outputs => _outputs;

    public IReadOnlyDictionary<string, TensorSummary> Gradients => _gradients;

    public IReadOnlyList<double> Losses => _losses;

    /// <summary>The run of a fixture; every test asks for the same one.</summary>
    public static ParityRun Of(string name) => Runs.GetOrAdd(name, key => new(() => new ParityRun(ParityFixture.Of(key)))).Value;

    private void Keep(ParityFixture fixture, Shard shard, ForwardPass pass)
    {
        foreach (var segment in shard.Segments)
        {
            string layer = segment.LastLayer.Shape.Name;
            _outputs[layer] = TensorSummary.Of(layer, pass.Outputs[segment.Index], fixture.Outputs[layer]);
        }
        foreach (var parameter in shard.Parameters)
            _gradients[parameter.Name] = TensorSummary.Of(parameter.Name, parameter.Gradient(), fixture.Gradients[parameter.Name]);
    }

    private static string Hash(Parameter parameter)
    {
        using var scope = torch.NewDisposeScope();
        return Convert.ToHexStringLower(SHA256.HashData(parameter.Value.detach().bytes));
    }
}
