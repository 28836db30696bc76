using Lockstep.Core.Runs;
using Lockstep.Core.Sampling;

namespace Lockstep.Worker.Applications;

/// <summary>What a run trains and evaluates on, opened.</summary>
/// <param name="Identity">By what workers compare their data, and a run finds them again.</param>
/// <param name="Train">Training samples.</param>
/// <param name="Test">Samples of the evaluation.</param>
public sealed record RunData(DataIdentity Identity, ISampleSet Train, ISampleSet Test);
