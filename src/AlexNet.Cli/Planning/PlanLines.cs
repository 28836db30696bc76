using System.Text.Json;
using AlexNet.Recipes.Planning;
using Lockstep.Core.Texts;
using Lockstep.Terminals;
using Lockstep.Views;

namespace AlexNet.Cli.Planning;

/// <summary>How predictions are shown.</summary>
internal static class PlanLines
{
    /// <summary>A table for people, the fastest first; times in milliseconds, MB for activations and for gradients.</summary>
    public static FittedTable Table(IReadOnlyList<Prediction> predictions)
    {
        var table = new FittedTable(
            new FittedColumn("layout", IsProse: true),
            FittedColumn.Number("images/s"),
            FittedColumn.Number("step"),
            FittedColumn.Number("compute"),
            FittedColumn.Number("exchange"),
            FittedColumn.Number("reduce"),
            FittedColumn.Number("MB sent"),
            FittedColumn.Number("GB")
        );
        foreach (var p in predictions)
        {
            table.AddRow(
                p.Name + Choices(p),
                Number(p.ImagesPerSecond, p.ImagesPerSecond < 1000 ? "0.0" : "0"),
                Milliseconds(p.Step),
                Milliseconds(p.Compute),
                Milliseconds(p.Exchange),
                Milliseconds(p.Reduce),
                $"{Number(p.ExchangeBytes / 1e6, "0.0")} + {Number(p.ReduceBytes / 1e6, "0.0")}",
                Number(p.Memory / 1e9, "0.0")
            );
        }

        return table;
    }

    /// <summary>What is best, and why.</summary>
    public static string Reason(IReadOnlyList<Prediction> predictions)
    {
        var best = predictions[0];
        string share = RunProgress.Invariant($"{best.Compute / best.Step:P0} of its step is arithmetic");
        if (predictions.Count == 1)
            return $"{best.Name} is the only layout; {share}.";
        var next = predictions[1];
        var (what, seconds) = new (string, double)[]
        {
            ("arithmetic", More(p => p.Compute)),
            ("activations", More(p => p.Exchange)),
            ("gradients", More(p => p.Reduce)),
        }.MaxBy(d => d.Item2);
        double more = More(p => p.Step);
        string where =
            seconds > more
                ? $"{1e6 * seconds:0.0} µs more for {what}, and {1e6 * (seconds - more):0.0} less for the rest"
                : $"mostly for {what} ({1e6 * seconds:0.0} µs)";
        return RunProgress.Invariant(
            $"{best.Name} is best: {share}. The next, {next.Name}, takes {1e6 * more:0.0} µs more for an image: {where}."
        );

        // a step may be of more images in one layout than in another
        double More(Func<Prediction, double> cost) => cost(next) / next.Recipe.GlobalBatch - cost(best) / best.Recipe.GlobalBatch;
    }

    /// <summary>One object for programs; the names are contract.</summary>
    public static string Json(Prediction p, bool isBest) =>
        JsonSerializer.Serialize(
            new
            {
                @event = "prediction",
                layout = p.Name,
                plan = p.Recipe.Layout.Plan.ToString().ToLowerInvariant(),
                replicas = p.Topology.Replicas,
                shards = p.Topology.Shards,
                workers = p.Topology.Workers,
                micro_batches = p.Recipe.Training.MicroBatches,
                factors = p.Factored,
                best = isBest,
                images_per_second = p.ImagesPerSecond,
                step_ms = 1000 * p.Step,
                compute_ms = 1000 * p.Compute,
                exchange_ms = 1000 * p.Exchange,
                reduce_ms = 1000 * p.Reduce,
                overhead_ms = 1000 * p.Overhead,
                exchange_bytes = p.ExchangeBytes,
                reduce_bytes = p.ReduceBytes,
                memory_bytes = p.Memory,
            }
        );

    private static string Choices(Prediction p) =>
        (p.Factored.Count > 0 ? $", factors of {string.Join(", ", p.Factored)}" : "")
        + (p.Recipe.Training.MicroBatches > 1 ? $", {Count.Of(p.Recipe.Training.MicroBatches, "micro-batch", "micro-batches")}" : "");

    private static string Milliseconds(double seconds) => Number(1000 * seconds, seconds < 0.1 ? "0.0" : "0");

    private static string Number(double value, string format) => value.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
}
