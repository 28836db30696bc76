using Lockstep.Core.Collectives;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Parameters;
using Lockstep.Torch.Vectors;

namespace Lockstep.Torch.Optimizers;

/// <summary>
/// Shortens a gradient that is too long: all parameters together are one vector. 1. Every shard sums the squares of its rows; what all of
/// them hold is counted by the first. 2. The shards of a replica add their sums in shard order, in double. Source: Pascanu, Mikolov and
/// Bengio 2013, section 3.2, with the constant of PyTorch's <c>clip_grad_norm_</c>.
/// </summary>
public static class NormClip
{
    private const double Guard = 1e-6; // added to the norm
    private const int Point = 1; // apart from what the optimiser measures

    /// <summary>What every gradient is to be multiplied by, 1 at most.</summary>
    /// <param name="exchange">The way to the other shards.</param>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="parameters">With their gradients.</param>
    /// <param name="limit">The largest norm.</param>
    /// <param name="scale">What the gradients are multiplied by besides.</param>
    /// <exception cref="PeerLostException">Another shard did not come.</exception>
    public static double Factor(Exchange exchange, long step, IReadOnlyList<Parameter> parameters, double limit, double scale)
    {
        double[] own = SquareSums.Of([.. parameters.Select(p => p.Gradient())]);
        double squares = own.Zip(parameters).Sum(pair => pair.Second.IsWhole && exchange.Rank != 0 ? 0 : pair.First);
        double norm = Math.Sqrt(exchange.Sum(new Operation(OperationKind.Measure, step, Point), [squares])[0]) * scale;
        return double.IsFinite(norm) ? Math.Min(1, limit / (norm + Guard)) : 1; // what is not finite is found by the vote
    }
}
