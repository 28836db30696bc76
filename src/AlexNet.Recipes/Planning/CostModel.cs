using Lockstep.Core.Collectives;
using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;

namespace AlexNet.Recipes.Planning;

/// <summary>
/// What a step takes in a layout: the arithmetic of the largest shard; the bytes of <see cref="StepTraffic"/>, over the slower of the links
/// that a group needs; of the gradients only what the convolutions' backward pass does not hide. Ranks fill the hosts in order, as
/// <c>alexnet train</c> and the engines place them.
/// </summary>
public sealed class CostModel(MachineModel machine, int hosts)
{
    private const double WeightGradientShare = 0.5; // of a backward pass; the rest makes the input's gradient

    /// <summary>Bytes of a worker without a net.</summary>
    public const double BaseMemory = 400e6;

    private const int MapsKept = 3; // of each layer's sums: the sum, its activation, and a gradient

    /// <summary>Bytes that the largest worker of a recipe's layout needs at least, roughly, where no gradient travels as factors.</summary>
    public static long Memory(Recipe recipe)
    {
        var topology = new RunTopology(recipe.Layout.Replicas, recipe.Layout.Shards);
        return MemoryOf(
            recipe,
            NetShape.Of(recipe),
            NetPlacement.Of(recipe, topology),
            topology,
            [],
            (recipe.GlobalBatch + topology.Replicas - 1) / topology.Replicas
        );
    }

    /// <summary>Predicts it.</summary>
    /// <param name="recipe">With the layout in it.</param>
    /// <param name="factored">Layers whose gradients travel as factors.</param>
    public Prediction Predict(Recipe recipe, IReadOnlyList<string> factored)
    {
        var topology = new RunTopology(recipe.Layout.Replicas, recipe.Layout.Shards);
        var (net, placement) = (NetShape.Of(recipe), NetPlacement.Of(recipe, topology));
        int perHost = (topology.Workers + hosts - 1) / hosts;
        int samples = (recipe.GlobalBatch + topology.Replicas - 1) / topology.Replicas;
        double share = machine.SharesDevice ? perHost : 1;

        double compute = 0,
            hiding = 0;
        foreach (var layer in net.Layers)
        {
            bool isBody = layer.Recipe is ConvRecipe;
            int seen = placement.IsHybrid && isBody ? (samples + topology.Shards - 1) / topology.Shards : samples;
            int times = placement.IsHybrid && !isBody ? topology.Shards : recipe.Training.MicroBatches; // passes that these samples take
            double held = placement.MostOutputs(layer) / (double)layer.Output.Channels;
            var cost = CostOf(layer);
            double backwardSamples = factored.Contains(layer.Name)
                ? (1 - WeightGradientShare) * seen + WeightGradientShare * recipe.GlobalBatch
                : seen;
            double backward = held * (times * cost.BackwardFixed + cost.BackwardPerSample * backwardSamples);
            compute += share * (held * (times * cost.Fixed + cost.PerSample * seen) + backward);
            hiding += isBody ? share * backward : 0;
        }
        double parameters = net.Layers.Sum(l => HeldParameters(placement, l));
        compute += share * machine.UpdateSeconds * parameters;

        var traffic = StepTraffic.Of(recipe, topology, new Slot(0, 0), factored);
        var gradients = traffic.Where(t => t.Kind == OperationKind.Reduce).ToList();
        var others = traffic.Where(t => t.Kind != OperationKind.Reduce).ToList();
        double reduce = gradients.Sum(t => Seconds(t, perHost, perHost));
        // the first segment's come last, when nothing is left to hide them; and a processor that workers share cannot do two things at once
        double visible =
            machine.SharesDevice && hosts == 1
                ? reduce
                : Math.Max(gradients.Take(1).Sum(t => Seconds(t, perHost, perHost)), reduce - hiding);
        return new Prediction
        {
            Recipe = recipe,
            Factored = factored,
            Compute = compute,
            Exchange = placement.IsHybrid
                ? HybridExchange(others, net.Layers[placement.Segments[1].Start].Name, perHost)
                : others.Sum(t => Seconds(t, perHost, perHost)),
            Reduce = visible,
            Overhead = machine.StepOverhead + (topology.Workers > 1 ? LatencyOf(topology.AllRanks, perHost) : 0),
            ExchangeBytes = others.Sum(t => t.Bytes),
            ReduceBytes = gradients.Sum(t => t.Bytes),
            Memory = MemoryOf(recipe, net, placement, topology, factored, samples),
        };
    }

    private LayerCost CostOf(LayerShape layer)
    {
        if (machine.Layers.FirstOrDefault(l => l.Layer == layer.Name) is { } measured)
            return measured;
        double product = 2.0 * layer.MultiplyAdds / machine.DeviceRate;
        return new(layer.Name, 0, product, 0, layer.Index == 0 ? product : 2 * product);
    }

    /// <summary>
    /// A hybrid's turns come one after the other, and all wait for each: in its own a worker alone sends its activations to all, and later
    /// alone gets as much back from them. What the fully connected layers exchange within a turn all send at once.
    /// </summary>
    private double HybridExchange(IReadOnlyList<Transfer> transfers, string head, int perHost)
    {
        var own = transfers.First(t => t.Layer == head && t.Kind == OperationKind.Forward && t.Bytes > 0);
        return 2 * own.Ranks.Count * Seconds(own, perHost, senders: 1)
            + transfers.Where(t => t.Layer != head).Sum(t => Seconds(t, perHost, perHost));
    }

    /// <summary>
    /// Both links work at once; a host's network is shared by its workers that send, and so is its memory where they share the processor.
    /// </summary>
    private double Seconds(Transfer transfer, int perHost, int senders)
    {
        int others = transfer.Ranks.Count - 1;
        int near = transfer.Ranks.Count(r => r / perHost == transfer.Ranks[0] / perHost) - 1;
        double each = (double)transfer.Bytes / others;
        double local = near * each * (machine.SharesDevice ? senders : 1) / machine.Local.BytesPerSecond;
        double network = (others - near) * each * senders / machine.Network.BytesPerSecond;
        return LatencyOf(transfer.Ranks, perHost) + Math.Max(local, network);
    }

    private double LatencyOf(IReadOnlyList<int> ranks, int perHost) =>
        ranks[0] / perHost == ranks[^1] / perHost ? machine.Local.LatencySeconds : machine.Network.LatencySeconds;

    private static double HeldParameters(NetPlacement placement, LayerShape layer) =>
        placement.MostOutputs(layer) * (double)(layer.FanIn + 1);

    private static long MemoryOf(
        Recipe recipe,
        NetShape net,
        NetPlacement placement,
        RunTopology topology,
        IReadOnlyList<string> factored,
        int samples
    )
    {
        // tensors of a parameter's size that the optimiser and the average keep
        int state = (recipe.Optimizer is AdamRecipe or AdamWRecipe ? 2 : 1) + (recipe.Training.Average is null ? 0 : 1);
        int element = recipe.ActivationBytes;
        double bytes = BaseMemory;
        foreach (var layer in net.Layers)
        {
            double parameters = HeldParameters(placement, layer);
            bool isBody = layer.Recipe is ConvRecipe;
            bool isReduced = topology.Replicas > 1 || (placement.IsHybrid && isBody);
            bool isFactored = isReduced && factored.Contains(layer.Name);
            // weights, gradients, state, a checkpoint's copy of weights and state, and the bucket of sums
            bytes += 4 * parameters * (2 + state + (1 + state) + (isReduced && !isFactored ? 1 : 0));
            if (isFactored)
                bytes += recipe.GlobalBatch * (double)element * (layer.Input.Elements + layer.Output.Channels);
            double held = placement.MostOutputs(layer) / (double)layer.Output.Channels;
            int parts = placement.IsHybrid ? (isBody ? topology.Shards : 1) : recipe.Training.MicroBatches;
            bytes += (double)samples / parts * element * (MapsKept * held * layer.Conv.Elements + layer.Input.Elements);
        }
        return (long)bytes;
    }
}
