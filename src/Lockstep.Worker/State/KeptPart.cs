using Lockstep.Torch.Parameters;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace Lockstep.Worker.State;

/// <summary>
/// A part that is kept with every update: the owner's gradients come here while it computes them, with everything else that the update
/// needs, so that whoever has voted can make it alone (law 5). Once all have voted, the same update is made here.
/// </summary>
/// <param name="state">The part's.</param>
internal sealed class KeptPart(ShardState state) : KeptState
{
    /// <summary>What is kept, as if it were this worker's own.</summary>
    public ShardState State => state;

    public override int Shard => state.Index;

    public override IReadOnlyList<long> Steps =>
        state.Applied < 0 ? []
        : state.HoldsSums ? [state.Applied, state.Applied + 1]
        : [state.Applied];

    public override void Begin(ShardState own) => state.Reducer.BeginAll(own.Applied);

    public override void Take(ShardState own)
    {
        state.Reducer.Wait();
        foreach (var (group, same) in state.Trainable.Groups.Zip(own.Trainable.Groups).Where(g => g.First.SumOver == SumOver.All))
        {
            foreach (var (parameter, summed) in group.Parameters.Zip(same.Parameters))
                Take(parameter, summed);
        }

        state.TakeMeasures(own);
        state.HoldsSums = true;
    }

    public override void Commit(ShardState own) => state.Update();

    public override void EndGeneration() => state.EndGeneration();

    public override IReadOnlyList<Tensor> BringTo(long step)
    {
        if (state.Applied == step)
            state.ForgetSums();
        else
            state.Update();
        return state.Tensors;
    }

    public override void Dispose() => state.Dispose();

    private static void Take(Parameter parameter, Parameter summed)
    {
        using var gradient = summed.FindGradient();
        if (gradient is not null)
            parameter.SetGradient(gradient);
    }
}
