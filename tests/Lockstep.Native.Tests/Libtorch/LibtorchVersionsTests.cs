using Lockstep.Native.Libtorch;

namespace Lockstep.Native.Tests.Libtorch;

public class LibtorchVersionsTests
{
    [Fact]
    public void Unpack_PackedVersion_GivesItsThreeFields() =>
        Assert.Equal(new Version(2, 10, 1), LibtorchVersions.Unpack(0x020A_0100_0000_0000));

    [Theory]
    [InlineData("2.10.0", false, true)]
    [InlineData("2.10.1", false, true)]
    [InlineData("2.11.0", false, false)]
    [InlineData("2.1.0", false, false)]
    [InlineData("2.11.0", true, true)]
    public void Objection_Version_IsTakenOrNot(string version, bool takesAny, bool taken)
    {
        string? objection = LibtorchVersions.Objection(Version.Parse(version), takesAny);

        Assert.Equal(taken, objection is null);
        Assert.True(
            taken
                || objection is { } text
                    && text.Contains($"libtorch {version}", StringComparison.Ordinal)
                    && text.Contains("2.10", StringComparison.Ordinal)
                    && text.Contains("ALEXNET_LIBTORCH_ANY=1", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("2.10.0", false)]
    [InlineData("2.11.0", true)]
    public void Remark_Version_IsMadeOfOthersOnly(string version, bool isMade) =>
        Assert.Equal(isMade, LibtorchVersions.Remark(Version.Parse(version)).Length > 0);

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("0", false)]
    [InlineData("False", false)]
    [InlineData("1", true)]
    public void IsSet_Value_MeansWhatAUserMeans(string? value, bool expected) => Assert.Equal(expected, LibtorchVersions.IsSet(value));
}
