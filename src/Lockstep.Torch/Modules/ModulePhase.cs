using System.IO.Enumeration;
using Lockstep.Core.Metrics;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>One of the phases that every batch goes through, such as the discriminator's of a GAN.</summary>
/// <param name="Name">Small letters, digits and underscores, such as <c>discriminator</c>.</param>
/// <param name="Parameters">
/// The names of the parameters that it changes, with * for any letters and ? for any one: <c>discriminator.*</c>. One that several phases
/// name is the first one's.
/// </param>
/// <param name="Loss">As <see cref="ModuleTask.Loss"/>.</param>
public sealed record ModulePhase(string Name, string Parameters, Func<Batch, Tensor> Loss)
{
    /// <summary>The name of its loss over the test set.</summary>
    internal string Metric => MetricNames.LossOf(Name);

    internal bool Changes(string parameter) => FileSystemName.MatchesSimpleExpression(Parameters, parameter, ignoreCase: false);
}
