using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Torch.Trainables;

namespace Lockstep.Worker.Applications;

/// <summary>What a worker has to do in a run: the data and the net of one recipe.</summary>
public interface IWorkload
{
    /// <summary>What the library reads of the recipe.</summary>
    RunRecipe Recipe { get; }

    /// <summary>What the data is called, for the log.</summary>
    string DataName { get; }

    /// <summary>
    /// The program's own loop over the steps of the net that was made last; null where steps follow each other by themselves.
    /// </summary>
    IProgramLoop? Loop => null;

    /// <summary>Opens what the run trains and evaluates on; may take long.</summary>
    /// <exception cref="BadInputException">It is missing, damaged, or not what the recipe says.</exception>
    RunData Open();

    /// <summary>Makes the part of the net that one worker holds, with its first weights, which the recipe's seed draws.</summary>
    /// <param name="place">The part of the net, and the device.</param>
    ITrainable Create(TrainablePlace place);
}
