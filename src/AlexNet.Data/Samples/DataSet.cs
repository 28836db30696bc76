using Lockstep.Core.Runs;

namespace AlexNet.Data.Samples;

/// <summary>What a run trains and evaluates on.</summary>
/// <param name="Train">Training images.</param>
/// <param name="Test">Test images.</param>
/// <param name="ClassNames">A word for each class, for people; the label itself where the data set has no names.</param>
/// <param name="Fingerprint">Hexadecimal SHA-256 of what the set holds, the same on every machine; workers compare it when they
/// join.</param>
public sealed record DataSet(IImageSet Train, IImageSet Test, IReadOnlyList<string> ClassNames, string Fingerprint)
{
    /// <summary>By what a run finds its data again.</summary>
    public DataIdentity Identity => new(Fingerprint, Train.Count, Test.Count, ClassNames);
}
