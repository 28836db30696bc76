namespace Lockstep.Torch.Tests;

/// <summary>Tests that change a setting of the whole process, such as how many threads libtorch has, and so run beside no other.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;
