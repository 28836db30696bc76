using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Parameters;

namespace Lockstep.Torch.Optimizers;

/// <summary>Optimisers of several phases, which take turns: the first update is the first one's.</summary>
internal sealed class PhasedOptimizer(IReadOnlyList<IOptimizer> phases) : IOptimizer
{
    private long _updates;

    private IReadOnlyList<IOptimizer> Phases => phases;

    public IReadOnlyList<ShardTensor> State => [.. phases.SelectMany(p => p.State)];

    public void Measure(Exchange exchange, long step, double gradientScale = 1) =>
        phases[(int)(step % phases.Count)].Measure(exchange, step, gradientScale);

    public void TakeMeasures(IOptimizer other)
    {
        if (other is not PhasedOptimizer theirs)
            return;
        foreach (var (own, same) in phases.Zip(theirs.Phases))
            own.TakeMeasures(same);
    }

    public void Step(double rate, double gradientScale = 1) => phases[(int)(_updates++ % phases.Count)].Step(rate, gradientScale);

    public void Resume(long updates)
    {
        _updates = updates;
        for (int i = 0; i < phases.Count; i++)
            phases[i].Resume((updates - i + phases.Count - 1) / phases.Count); // its share of them
    }

    public void Dispose()
    {
        foreach (var phase in phases)
            phase.Dispose();
    }
}
