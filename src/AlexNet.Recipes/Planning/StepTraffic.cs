using Lockstep.Core.Collectives;
using Lockstep.Core.Reductions;
using Lockstep.Core.Topology;

namespace AlexNet.Recipes.Planning;

/// <summary>
/// Everything that one worker sends to others in a step with a full batch, to the byte: decoded samples, activations, their gradients, and
/// gradients of weights. The few bytes of the vote, and of layer-wise rates, are left out.
/// </summary>
public sealed class StepTraffic
{
    private readonly Recipe _recipe;
    private readonly RunTopology _topology;
    private readonly Slot _slot;
    private readonly IReadOnlyCollection<string> _factored;
    private readonly NetShape _net;
    private readonly NetPlacement _placement;

    private StepTraffic(Recipe recipe, RunTopology topology, Slot slot, IReadOnlyCollection<string> factored)
    {
        (_recipe, _topology, _slot, _factored) = (recipe, topology, slot, topology.Replicas > 1 ? factored : []);
        (_net, _placement) = (NetShape.Of(recipe), NetPlacement.Of(recipe, topology));
    }

    /// <summary>Samples of this worker's replica.</summary>
    private int Samples => Extent.Part(_recipe.GlobalBatch, _topology.Replicas, _slot.Replica).Length;

    private IReadOnlyList<int> ExchangeRanks => _topology.ExchangeRanks(_slot);

    /// <param name="recipe">Net, batch, and the types of what travels.</param>
    /// <param name="topology">Replicas and shards.</param>
    /// <param name="slot">The worker's.</param>
    /// <param name="factored">Names of the layers whose gradients travel as factors.</param>
    public static IReadOnlyList<Transfer> Of(Recipe recipe, RunTopology topology, Slot slot, IReadOnlyCollection<string> factored)
    {
        var traffic = new StepTraffic(recipe, topology, slot, factored);
        return [.. traffic.Decoded(), .. traffic.Activations(), .. traffic.Gradients()];
    }

    private IEnumerable<Transfer> Decoded()
    {
        if (_topology.Shards > 1 && !_placement.IsHybrid)
        {
            yield return new(
                OperationKind.Batch,
                _net.Layers[0].Name,
                ExchangeRanks,
                CollectiveBytes.AllGather(
                    (long)Extent.Part(Samples, _topology.Shards, _slot.Shard).Length * _net.Image.Elements,
                    _topology.Shards
                )
            );
        }
    }

    private IEnumerable<Transfer> Activations()
    {
        if (_topology.Shards == 1)
            return [];
        return _placement.IsHybrid
            ? Enumerable.Range(0, _topology.Shards).SelectMany(turn => Turn(turn, Extent.Part(Samples, _topology.Shards, turn).Length))
            : MicroBatches().SelectMany(samples => Exchanges(samples, firstSegment: 1));
    }

    private IEnumerable<int> MicroBatches() =>
        Enumerable
            .Range(0, _recipe.Training.MicroBatches)
            .Select(part => Extent.Part(Samples, _recipe.Training.MicroBatches, part).Length)
            .Where(samples => samples > 0);

    /// <summary>The exchanges in front of the segments from one on, and of the logits, forward and back.</summary>
    private IEnumerable<Transfer> Exchanges(int samples, int firstSegment)
    {
        for (int segment = firstSegment; segment <= _placement.Segments.Count; segment++)
        {
            bool isLogits = segment == _placement.Segments.Count;
            var before = _net.Layers[_placement.Segments[segment - 1].End - 1];
            string name = isLogits ? "logits" : _net.Layers[_placement.Segments[segment].Start].Name;
            long[] parts =
            [
                .. Enumerable.Range(0, _topology.Shards).Select(s => BytesOf(before, _placement.OutputsOf(before, s).Length, samples)),
            ];
            yield return new(OperationKind.Forward, name, ExchangeRanks, CollectiveBytes.AllGather(parts[_slot.Shard], _topology.Shards));
            if (!isLogits)
                yield return new(OperationKind.Backward, name, ExchangeRanks, CollectiveBytes.ReduceScatter(parts, _slot.Shard));
        }
    }

    /// <summary>A hybrid's turn: one worker's activations go to all, and their gradients come back to it.</summary>
    private IEnumerable<Transfer> Turn(int owner, int samples)
    {
        if (samples == 0)
            return [];
        var last = _net.Layers[_placement.Segments[0].End - 1];
        string head = _net.Layers[_placement.Segments[1].Start].Name;
        long bytes = BytesOf(last, last.Output.Channels, samples);
        bool owns = owner == _slot.Shard;
        return
        [
            new(OperationKind.Forward, head, ExchangeRanks, owns ? CollectiveBytes.AllGather(bytes, _topology.Shards) : 0),
            new(OperationKind.Backward, head, ExchangeRanks, owns ? 0 : bytes),
            .. Exchanges(samples, firstSegment: 2),
        ];
    }

    private IEnumerable<Transfer> Gradients()
    {
        var ranks = _placement.ReduceRanks(_slot);
        if (ranks.Count == 1)
            yield break;
        int rank = ranks.ToList().IndexOf(_topology.RankOf(_slot));
        foreach (var segment in _placement.Segments.Take(_placement.IsHybrid ? 1 : _placement.Segments.Count))
        {
            var layers = _net.Layers.Skip(segment.Start).Take(segment.Length).ToList();
            long elements = layers.Where(l => !_factored.Contains(l.Name)).Sum(Elements);
            if (elements > 0)
            {
                yield return new(
                    OperationKind.Reduce,
                    layers[0].Name,
                    ranks,
                    CollectiveBytes.AllReduce(elements, _recipe.GradientBytes, ranks.Count, rank)
                );
            }

            foreach (var layer in layers.Where(l => _factored.Contains(l.Name)))
            {
                yield return new(
                    OperationKind.Reduce,
                    layer.Name,
                    ranks,
                    CollectiveBytes.AllGather(
                        Samples * (layer.Input.Elements + (long)_placement.OutputsOf(layer, _slot.Shard).Length) * _recipe.ActivationBytes,
                        ranks.Count
                    )
                );
            }
        }
    }

    /// <summary>Elements that the gradients of a layer's part take, weight and bias each filled up.</summary>
    private long Elements(LayerShape layer)
    {
        long outputs = _placement.OutputsOf(layer, _slot.Shard).Length;
        return SumPadding.Padded(outputs * layer.FanIn) + SumPadding.Padded(outputs);
    }

    private long BytesOf(LayerShape layer, int channels, int samples) =>
        (long)samples * channels * layer.Output.Height * layer.Output.Width * _recipe.ActivationBytes;
}
