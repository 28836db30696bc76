using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Core.Recipes;
using Lockstep.Core.Texts;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Storage.Comparing;

/// <summary>How two checkpoints of the same step compare.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Kinds">Weights, and optimiser state where it is saved.</param>
/// <param name="Facts">What else the manifests hold and do not share, by dotted key.</param>
public sealed record CheckpointComparison(long Step, IReadOnlyList<KindComparison> Kinds, IReadOnlyList<KeyedDifference> Facts)
{
    // the files are compared by themselves; the name of a run is its own, and the best evaluation follows from all
    private static readonly string[] NoFacts = ["files", "runId", "best"];

    /// <summary>Whether every value of every kind is the same bit for bit.</summary>
    public bool IsEqual => Kinds.All(k => k.IsEqual);

    /// <summary>Compares hashes, and where those of a kind are not all the same, its tensors.</summary>
    /// <param name="one">The manifest of the first run's checkpoint.</param>
    /// <param name="other">The manifest of the second run's.</param>
    /// <param name="tensors">Reads and compares the whole tensors of a kind that both hold.</param>
    public static CheckpointComparison Of(Manifest one, Manifest other, Func<string, TensorComparison> tensors)
    {
        string[] kinds = [CheckpointFiles.Weights, CheckpointFiles.Optimizer];
        return new(
            one.Step,
            [
                .. from kind in kinds
                let files = (One: one.FilesOf(kind), Other: other.FilesOf(kind))
                where files.One.Count + files.Other.Count > 0
                select KindOf(kind, files.One, files.Other, tensors),
            ],
            KeyedDifference.Between(FactsOf(one), FactsOf(other))
        );
    }

    private static KindComparison KindOf(
        string kind,
        IReadOnlyList<ManifestFile> one,
        IReadOnlyList<ManifestFile> other,
        Func<string, TensorComparison> tensors
    )
    {
        if (one.Count == 0 || other.Count == 0)
            return new(kind, KindState.InOneOnly);
        if (one.SequenceEqual(other))
            return new(kind, KindState.SameFiles);
        var compared = tensors(kind);
        return new(kind, compared.Different.Count == 0 ? KindState.SameTensors : KindState.OtherTensors, compared);
    }

    private static JsonObject FactsOf(Manifest manifest)
    {
        var facts = JsonSerializer.SerializeToNode(manifest, RecipeJson.Options)?.AsObject() ?? [];
        foreach (string name in NoFacts)
            facts.Remove(name);
        return facts;
    }
}
