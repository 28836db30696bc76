using System.Text.Json;
using AlexNet.Recipes;
using AlexNet.Recipes.Planning;
using Lockstep.Core.Collectives;
using Lockstep.Core.Texts;
using Lockstep.Core.Topology;
using Lockstep.Terminals;
using Lockstep.Views;

namespace AlexNet.Cli.Views;

/// <summary>What <c>alexnet model</c> says of a net.</summary>
internal static class ModelLines
{
    private static readonly Slot First = new(0, 0);

    /// <summary>The layers, whatever the layout.</summary>
    public static FittedTable Layers(NetShape net)
    {
        var table = new FittedTable(
            "layer",
            new FittedColumn("what", IsProse: true),
            FittedColumn.Number("output"),
            FittedColumn.Number("parameters"),
            FittedColumn.Number("multiply-adds")
        );
        foreach (var layer in net.Layers)
            table.AddRow(layer.Name, What(layer), $"{layer.Output}", Whole(layer.Parameters), Whole(layer.MultiplyAdds));
        return table.AddRow("all", "", "", Whole(net.Parameters), Whole(net.MultiplyAdds));
    }

    /// <summary>What the net takes in.</summary>
    public static string Head(Recipe recipe, NetShape net) =>
        $"{recipe.Name}: input {net.Image}, {Count.Of(net.Towers, "tower")}, {Count.Of(net.Classes, "class", "classes")}";

    /// <summary>How the net lies on the workers.</summary>
    public static string Layout(Recipe recipe)
    {
        var topology = recipe.Topology;
        long held = recipe.LargestShard(topology).Parameters;
        return topology.Workers == 1
            ? "One worker holds the whole net, and nothing travels; --set layout.shards=N or layout.replicas=N shows other layouts."
            : $"Layout: {Count.Of(topology.Replicas, "replica")} of {Count.Of(topology.Shards, "shard")}"
                + (recipe.Layout.Plan == LayoutPlan.Hybrid ? " in a hybrid" : "")
                + RunProgress.Invariant($"; the largest shard holds {held:N0} parameters. ")
                + $"In a step of {Count.Of(recipe.GlobalBatch, "image")} worker 0 sends:";
    }

    /// <summary>What the first worker sends in a step; empty where there is no other.</summary>
    public static FittedTable Traffic(Recipe recipe, IReadOnlyList<Transfer> transfers)
    {
        var table = new FittedTable("what", new FittedColumn("where", IsProse: true), "among workers", FittedColumn.Number("MB"));
        var net = NetShape.Of(recipe);
        var segments = NetPlacement.Of(recipe, recipe.Topology).Segments;
        foreach (var transfer in transfers)
            table.AddRow(What(transfer.Kind), Where(transfer, net, segments), string.Join(", ", transfer.Ranks), Megabytes(transfer.Bytes));
        return table.AddRow("all", "", "", Megabytes(transfers.Sum(t => t.Bytes)));
    }

    /// <summary>What the first worker sends in a step, once for each purpose and place.</summary>
    public static IReadOnlyList<Transfer> TransfersOf(Recipe recipe) =>
        [
            .. StepTraffic
                .Of(recipe, recipe.Topology, First, factored: [])
                .GroupBy(t => (t.Kind, t.Layer, Ranks: string.Join(' ', t.Ranks)))
                .Select(same => same.First() with { Bytes = same.Sum(t => t.Bytes) })
                .Where(t => t.Bytes > 0),
        ];

    /// <summary>An object for each layer, one for each transfer, and one for the whole; the names are contract.</summary>
    public static IEnumerable<string> Json(Recipe recipe, NetShape net, IReadOnlyList<Transfer> transfers)
    {
        foreach (var layer in net.Layers)
        {
            yield return JsonSerializer.Serialize(
                new
                {
                    @event = "layer",
                    layer = layer.Name,
                    what = What(layer),
                    input = Shape(layer.Input),
                    output = Shape(layer.Output),
                    weight = layer.WeightShape,
                    parameters = layer.Parameters,
                    multiply_adds = layer.MultiplyAdds,
                    exchanges = layer.Exchanges,
                }
            );
        }

        foreach (var transfer in transfers)
        {
            yield return JsonSerializer.Serialize(
                new
                {
                    @event = "transfer",
                    kind = JsonNamingPolicy.SnakeCaseLower.ConvertName(transfer.Kind.ToString()),
                    layer = transfer.Layer,
                    workers = transfer.Ranks,
                    bytes = transfer.Bytes,
                }
            );
        }

        yield return JsonSerializer.Serialize(
            new
            {
                @event = "model",
                name = recipe.Name,
                input = Shape(net.Image),
                towers = net.Towers,
                parameters = net.Parameters,
                multiply_adds = net.MultiplyAdds,
                replicas = recipe.Topology.Replicas,
                shards = recipe.Topology.Shards,
                largest_shard_parameters = recipe.LargestShard(recipe.Topology).Parameters,
                bytes_sent = transfers.Sum(t => t.Bytes),
            }
        );
    }

    private static string What(LayerShape layer)
    {
        var parts = new List<string>();
        if (layer.Recipe is ConvRecipe conv)
        {
            parts.Add($"conv {conv.Kernel}x{conv.Kernel}" + (conv.Stride > 1 ? $" by {conv.Stride}" : ""));
            if (layer.Groups > 1)
                parts.Add(Count.Of(layer.Groups, "group"));
            if (conv.Lrn is not null)
                parts.Add("lrn");
            if (conv.Pool is { } pool)
                parts.Add($"pool {pool.Kernel}x{pool.Kernel} by {pool.Stride}");
            if (conv.AdaptivePool is { } adaptive)
                parts.Add($"average to {adaptive.Height}x{adaptive.Width}");
        }
        else
        {
            parts.Add("fully connected");
        }

        if (layer.Recipe.Dropout > 0)
            parts.Add(RunProgress.Invariant($"dropout {layer.Recipe.Dropout}"));
        return string.Join(", ", parts);
    }

    private static string What(OperationKind kind) =>
        kind switch
        {
            OperationKind.Batch => "decoded images",
            OperationKind.Forward => "activations",
            OperationKind.Backward => "their gradients",
            OperationKind.Reduce => "gradients of weights",
            _ => kind.ToString(),
        };

    private static string Where(Transfer transfer, NetShape net, IReadOnlyList<Extent> segments)
    {
        if (transfer.Kind != OperationKind.Reduce)
            return transfer.Layer == "logits" ? "behind the last layer" : $"in front of {transfer.Layer}";
        var segment = segments.First(s => net.Layers[s.Start].Name == transfer.Layer);
        string last = net.Layers[segment.End - 1].Name;
        return last == transfer.Layer ? $"of {last}" : $"of {transfer.Layer} to {last}";
    }

    private static int[] Shape(MapShape map) => [map.Channels, map.Height, map.Width];

    private static string Whole(long value) => RunProgress.Invariant($"{value:N0}");

    private static string Megabytes(long bytes) => RunProgress.Invariant($"{bytes / 1e6:N2}");
}
