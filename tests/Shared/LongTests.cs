using System.Reflection;

namespace AlexNet.Testing;

/// <summary>Tests that take minutes run only when asked for.</summary>
internal static class LongTests
{
    private const string Variable = "ALEXNET_LONG_TESTS";

    /// <summary>Whether the variable is set.</summary>
    public static bool AreAskedFor => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Skips the test that calls it unless the variable is set.</summary>
    public static void Require() =>
        Assert.SkipUnless(
            AreAskedFor,
            $"takes minutes; run it with: {Variable}=1 dotnet test --project tests/{Assembly.GetExecutingAssembly().GetName().Name}"
        );
}
