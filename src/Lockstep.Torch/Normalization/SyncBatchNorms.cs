using Lockstep.Core.Collectives;
using Lockstep.Torch.Trainables;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lockstep.Torch.Normalization;

/// <summary>The batch normalisations of a net that see the samples of all replicas.</summary>
internal sealed class SyncBatchNorms
{
    private readonly ReplicaSums _replicas = new();
    private readonly IReadOnlyList<SyncBatchNorm> _all = [];

    /// <param name="modules">Those of the net, with their names; their hooks stay.</param>
    /// <param name="isAskedFor">Without it, each replica normalises by its own samples.</param>
    /// <param name="notice">Is told where the net has no batch normalisation.</param>
    public SyncBatchNorms(IEnumerable<(string Name, nn.Module Module)> modules, bool isAskedFor, Action<string> notice)
    {
        if (!isAskedFor)
            return;
        _all =
        [
            .. from found in modules
            where found.Module is BatchNorm
            select new SyncBatchNorm(found.Name, (BatchNorm)found.Module, _replicas),
        ];
        if (_all.Count == 0)
            notice("The net has no batch normalisation, so 'syncBatchNorm' changes nothing.");
    }

    /// <summary>Whether there is any.</summary>
    public bool IsUsed => _all.Count > 0;

    /// <inheritdoc cref="ReplicaSums.Use"/>
    public void Use(ICollectives replicas) => _replicas.Use(replicas);

    /// <inheritdoc cref="ReplicaSums.Begin"/>
    public void Begin(PassContext pass, bool counts) => _replicas.Begin(pass, counts);

    /// <inheritdoc cref="ReplicaSums.End"/>
    public void End() => _replicas.End();

    /// <summary>Makes sure that each of those with a gradient ran its hooks.</summary>
    /// <exception cref="NotSupportedException">One did not; the message has its name, and what to do.</exception>
    public void RequireNoneBypassed()
    {
        string[] bypassed = [.. _all.Where(n => n.IsBypassed).Select(n => $"'{n.Name}'")];
        if (bypassed.Length > 0)
        {
            throw new NotSupportedException(
                $"the net computes the batch normalisation {string.Join(", ", bypassed)} without running its hooks, so it sees the samples "
                    + "of one replica only. Call it as child.call(x), not child.forward(x), or set 'syncBatchNorm' to false."
            );
        }
    }
}
