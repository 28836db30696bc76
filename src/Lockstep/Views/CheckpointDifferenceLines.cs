using System.Globalization;
using Lockstep.Core.Texts;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Comparing;

namespace Lockstep.Views;

/// <summary>How checkpoints of two runs that were compared are worded for people.</summary>
internal static class CheckpointDifferenceLines
{
    private const int MostTensors = 3;

    /// <summary>The newest common checkpoint, and in a second line the older ones.</summary>
    public static IEnumerable<string> Of(RunComparison comparison)
    {
        if (comparison.Checkpoints.Count == 0)
            return [$"The weights were not compared: {Missing(comparison)}."];
        var newest = comparison.Checkpoints[0];
        string line = $"Checkpoint of step {newest.Step}: {string.Join("; ", newest.Kinds.Select(Kind))}.";
        return comparison.Checkpoints.Count == 1 ? [line] : [line, Older([.. comparison.Checkpoints.Skip(1)])];
    }

    private static string Missing(RunComparison comparison) =>
        (comparison.StepsSavedByOne, comparison.StepsSavedByOther) switch
        {
            ([], []) => "neither run has saved a checkpoint",
            ([], _) => "the first run has saved no checkpoint",
            (_, []) => "the second run has saved no checkpoint",
            var (one, other) =>
                $"no step has a checkpoint of both runs; the first run has those of {Steps(one)}, the second those of {Steps(other)}",
        };

    private static string Steps(IReadOnlyList<long> steps) => $"{Count.Noun(steps.Count, "step")} {string.Join(", ", steps)}";

    private static string Older(IReadOnlyList<CheckpointComparison> older)
    {
        long[] different = [.. older.Where(c => !c.IsEqual).Select(c => c.Step)];
        string compared = $"{Count.Of(older.Count, "older checkpoint")} ({Steps([.. older.Select(c => c.Step)])})";
        return different.Length == 0
            ? $"{compared}: equal."
            : $"{compared}: {different.Length} {Count.Noun(different.Length, "differs", "differ")} ({Steps(different)}).";
    }

    private static string Kind(KindComparison kind) =>
        NameOf(kind.Kind)
        + kind.State switch
        {
            KindState.SameFiles => " equal",
            KindState.SameTensors => " equal, tensor by tensor (the files are cut differently)",
            KindState.InOneOnly => " saved by only one run",
            _ => $" differ in {Tensors(kind.Tensors ?? new(0, []))}",
        };

    private static string NameOf(string kind) => kind == CheckpointFiles.Optimizer ? "states of the optimiser" : kind;

    /// <summary>The tensors that are furthest apart, and how many more there are.</summary>
    private static string Tensors(TensorComparison compared)
    {
        var furthest = compared.Different.OrderByDescending(t => t.Largest ?? double.PositiveInfinity).Take(MostTensors).Select(Tensor);
        string more = compared.Different.Count > MostTensors ? $", and {compared.Different.Count - MostTensors} more" : "";
        return $"{compared.Different.Count} of {Count.Of(compared.Tensors, "tensor")}: {string.Join(", ", furthest)}{more}";
    }

    private static string Tensor(TensorDifference tensor) =>
        tensor.Largest is not { } largest
            ? $"{tensor.Name} (of another shape, or in only one run)"
            : string.Create(CultureInfo.InvariantCulture, $"{tensor.Name} by {largest:G3}");
}
