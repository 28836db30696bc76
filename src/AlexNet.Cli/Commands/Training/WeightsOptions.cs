using System.CommandLine;
using AlexNet.Interchange;
using AlexNet.Net.Layers;
using AlexNet.Recipes;
using Lockstep.Core.Errors;
using Lockstep.Launching;

namespace AlexNet.Cli.Commands.Training;

/// <summary>How weights of another run, of PyTorch or of torchvision become those that a new run begins with.</summary>
/// <param name="resumes">There is no new run.</param>
internal sealed class WeightsOptions(bool resumes)
{
    private readonly Option<bool> _fresh = new("--fresh-last-layer")
    {
        Description =
            "With --weights: begin the last layer with random numbers in place of the file's, for instance because the data have other "
            + "classes.",
    };

    public IEnumerable<Option> All => resumes ? [] : [_fresh];

    /// <summary>Opens the weights, and makes sure that the net can begin with them.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="path">Full path of the weights; null for none.</param>
    /// <param name="recipe">Describes the net.</param>
    /// <exception cref="BadInputException">They are damaged or of another net, or an option is idle.</exception>
    public WeightsToBegin? Of(ParseResult parsed, string? path, Recipe recipe)
    {
        bool isFresh = !resumes && parsed.GetValue(_fresh);
        if (path is null)
        {
            return isFresh
                ? throw new BadInputException("--fresh-last-layer is given without --weights, and changes nothing; give both, or none.")
                : null;
        }

        using (Open()) // what is wrong with them is told before anything starts
            return new(path, Write);

        StartingWeights Open() => StartingWeights.Open(recipe, path, isFresh ? layer => Initializer.ValuesOf(recipe, layer) : null);

        void Write(string target)
        {
            using var weights = Open();
            weights.Write(target);
        }
    }
}
