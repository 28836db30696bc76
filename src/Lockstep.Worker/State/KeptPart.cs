using Lockstep.Torch.Trainables;

namespace Lockstep.Worker.State;

/// <summary>
/// Another worker's part of the net, which exists once, kept here beside the own one: its weights and optimiser state after the last step.
/// 1. In each step the owner's gradients come here while it computes them. 2. They are here before this worker votes, and with them
/// everything that the update needs: whoever has voted can make it alone (law 5). 3. Once all have voted, the same update is made here.
/// </summary>
/// <param name="state">The part's.</param>
internal sealed class KeptPart(ShardState state) : IDisposable
{
    /// <summary>What is kept, as if it were this worker's own.</summary>
    public ShardState State => state;

    /// <summary>A step begins: gradients may come from now on.</summary>
    public void Begin(long step) => state.Reducer.BeginAll(step);

    /// <summary>Waits for the owner's gradients, and takes from the own part what is the same for both.</summary>
    /// <exception cref="Core.Collectives.PeerLostException">The owner is gone.</exception>
    public void Take(ShardState own)
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

    /// <summary>Makes the update that the owner makes.</summary>
    public void Update() => state.Update();

    public void Dispose() => state.Dispose();

    private static void Take(Torch.Parameters.Parameter parameter, Torch.Parameters.Parameter summed)
    {
        using var gradient = summed.FindGradient();
        if (gradient is not null)
            parameter.SetGradient(gradient);
    }
}
