using AlexNet.Testing;
using Xunit.Sdk;
using Xunit.v3;

namespace Cluster.Tests;

/// <summary>
/// Two tests run at a time, because a test waits for the start and the end of its processes for half of its time. A class that measures a
/// time, or looks at all processes of the machine, says <c>[TestClass(DisableParallelization = true)]</c> and runs alone. The long tests,
/// which use more processes, run one after another.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class SideBySideAttribute : Attribute, IParallelizationAttribute
{
    private const int AtATime = 2;

    public ParallelAlgorithm? GetAlgorithm() => ParallelAlgorithm.Conservative;

    public int? GetMaxThreads() => AtATime;

    public ParallelMode? GetMode() => LongTests.AreAskedFor ? ParallelMode.None : ParallelMode.All;
}
