using Lockstep.Native.Convolutions;

namespace Lockstep.Native;

/// <summary>The convolutions of a net that <see cref="ConvolutionCure"/> cures.</summary>
public sealed class CuredConvolutions
{
    private readonly IReadOnlyList<CuredConvolution> _all;

    internal CuredConvolutions(IReadOnlyList<CuredConvolution> all) => _all = all;

    /// <summary>Their names, as <c>state_dict()</c> has them; that of a module alone is empty.</summary>
    public IReadOnlyList<string> Names => [.. _all.Select(c => c.Name)];

    /// <summary>
    /// Names of those whose weights have a gradient although no hook of them ever ran: the net called <c>forward(x)</c> of them, or gave
    /// their weights to <c>nn.functional</c>, and what it computed may be wrong. Ask after the first backward pass.
    /// </summary>
    public IReadOnlyList<string> FindBypassed()
    {
        // weights may be tied: those of one that has run explain the gradient of another
        var used = _all.Where(c => c.HasRun).Select(c => c.Module.weight).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. _all.Where(c => !used.Contains(c.Module.weight) && c.HasGradient()).Select(c => c.Name)];
    }

    /// <summary>Makes sure that the cure reached every convolution with a gradient. Call it after the first backward pass.</summary>
    /// <exception cref="NotSupportedException">It did not; the message has their names, and what to do.</exception>
    public void RequireNoneBypassed()
    {
        if (FindBypassed() is { Count: > 0 } bypassed)
        {
            throw new NotSupportedException(
                $"the net computes the convolution '{string.Join("', '", bypassed)}' without running its hooks, so ConvolutionCure "
                    + "does not reach it, and its numbers may be wrong on this processor. Call it as child.call(x), not child.forward(x), "
                    + "and give no weights of it to nn.functional (docs/convolutions.md)."
            );
        }
    }
}
