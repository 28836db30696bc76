using Lockstep.Core.Runs;

namespace Lockstep.Core.Tests.Runs;

public class RunEnvironmentTests
{
    private static readonly RunEnvironment Before = new(2, "x64 avx2", "2.10.0", "cpu", "fp32") { Processor = "GenuineIntel 6.143" };

    [Fact]
    public void Differences_OfTheSame_AreNone() => Assert.Empty(Before.Differences(Before with { }));

    [Fact]
    public void Differences_AnotherMakeOfProcessor_IsNamed() =>
        Assert.Equal(
            ["processor was GenuineIntel 6.143 and is AuthenticAMD 26.2"],
            Before.Differences(Before with { Processor = "AuthenticAMD 26.2" })
        );

    /// <summary>A checkpoint of before the field goes on without a word.</summary>
    [Fact]
    public void Differences_AProcessorThatIsNotKnown_IsNone()
    {
        Assert.Empty((Before with { Processor = "" }).Differences(Before));
        Assert.Empty(Before.Differences(Before with { Processor = "" }));
    }

    [Fact]
    public void Here_OnX64_NamesVendorFamilyAndModel()
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.X86Base.IsSupported, "the processor is no x64");
        Assert.Matches(@"^\w+ \d+\.\d+$", Processor.Here);
    }
}
