using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Torch.Trainables;

namespace Lockstep.Worker.Applications;

/// <summary>What a worker program brings to the library: its data, and the net that it trains.</summary>
public interface IApplication
{
    /// <summary>Opens what a run trains and evaluates on; may take long.</summary>
    /// <exception cref="BadInputException">It is missing, damaged, or not what the recipe says.</exception>
    RunData Open(Recipe recipe);

    /// <summary>Makes the part of the net that one worker holds, with its first weights.</summary>
    /// <param name="recipe">Describes the net; its seed draws the weights.</param>
    /// <param name="place">Which part, and where it computes.</param>
    ITrainable Create(Recipe recipe, TrainablePlace place);
}
