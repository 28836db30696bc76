using Xunit.Sdk;
using Xunit.v3;

[assembly: Parallelization(Mode = ParallelMode.None)] // every test trains, and needs the cores for itself

namespace AlexNet.EndToEnd.Tests;

/// <summary>Tests that take minutes run only when asked for.</summary>
internal static class LongTests
{
    private const string Variable = "ALEXNET_LONG_TESTS";

    /// <summary>Skips the test that calls it unless the variable is set.</summary>
    public static void Require() => Assert.SkipUnless(
        Environment.GetEnvironmentVariable(Variable) == "1", $"takes minutes; run it with: {Variable}=1 dotnet test --project tests/AlexNet.EndToEnd.Tests");
}
