using System.Text;
using Lockstep.Native.Bridge;
using Lockstep.Native.Libraries;

namespace Lockstep.Native.Tests.Bridge;

public class BridgeRepairTests
{
    private static readonly string Path = NativeFiles.Bridge;

    [Fact]
    public void Lift_NewestVersion_SetsItsWeakFlagAndNothingElse()
    {
        byte[] original = File.ReadAllBytes(Path);

        byte[]? lifted = BridgeRepair.Lift(new(Path, original), ["GLIBCXX_3.4.32"]);

        // A vernaux entry begins with the hash of the version's name; the flags follow.
        Assert.Equal([(FindHash(original, "GLIBCXX_3.4.32") + 4, (byte)0, (byte)2)], Differences(original, lifted));
        Assert.Equal(original, File.ReadAllBytes(Path));
    }

    [Fact]
    public void Lift_OlderVersionToo_TakesItsOneFunctionFromTheVersionBefore()
    {
        byte[] original = File.ReadAllBytes(Path);
        var before = new ElfImage(Path, original);
        int? symbol = before.FindSymbolVersion("_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE");
        var index = before.VersionRequirements().Where(r => r.Library == "libstdc++.so.6").ToDictionary(r => r.Version, r => (byte)r.Index);

        byte[]? lifted = BridgeRepair.Lift(before, ["GLIBCXX_3.4.30", "GLIBCXX_3.4.32"]);

        (int, byte, byte)[] expected =
        [
            (symbol ?? -1, index["GLIBCXX_3.4.30"], index["GLIBCXX_3.4.11"]),
            (FindHash(original, "GLIBCXX_3.4.30") + 4, 0, 2),
            (FindHash(original, "GLIBCXX_3.4.32") + 4, 0, 2),
        ];
        Assert.Equal(expected.Order(), Differences(original, lifted));
    }

    [Fact]
    public void Lift_RepairedAgain_ChangesNothing()
    {
        byte[]? once = BridgeRepair.Lift(ElfImage.Read(Path), ["GLIBCXX_3.4.32"]);
        Assert.NotNull(once);

        Assert.Equal(once, BridgeRepair.Lift(new(Path, once), ["GLIBCXX_3.4.32"]));
    }

    [Fact]
    public void Lift_LibraryWithoutTheRequirement_GivesNothing() =>
        Assert.Null(BridgeRepair.Lift(ElfImage.Read(NativeFiles.Libtorch), ["GLIBCXX_3.4.30", "GLIBCXX_3.4.32"]));

    [Theory]
    [InlineData("libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by x.so)", "GLIBCXX_3.4.32")]
    [InlineData("libstdc++.so.6: Version »GLIBCXX_3.4.30« nicht gefunden", "GLIBCXX_3.4.30 GLIBCXX_3.4.32")]
    [InlineData("libstdc++.so.6: version `GLIBCXX_3.4.29' not found", "")]
    [InlineData("undefined symbol: f", "")]
    public void VersionsFor_Complaint_NamesWhatCanBeLifted(string complaint, string versions) =>
        Assert.Equal(versions, string.Join(' ', BridgeRepair.VersionsFor(complaint)));

    private static (int Offset, byte Before, byte After)[] Differences(byte[] before, byte[]? after)
    {
        Assert.NotNull(after);
        Assert.Equal(before.Length, after.Length);
        return [.. Enumerable.Range(0, before.Length).Where(i => before[i] != after[i]).Select(i => (i, before[i], after[i]))];
    }

    /// <summary>Where the ELF hash of a name stands, found without the code under test; it stands there once.</summary>
    private static int FindHash(byte[] content, string name)
    {
        uint hash = 0u;
        foreach (byte c in Encoding.ASCII.GetBytes(name))
        {
            hash = (hash << 4) + c;
            hash = (hash ^ (hash >> 24 & 0xf0)) & 0x0fffffff;
        }
        byte[] bytes = BitConverter.GetBytes(hash);
        int found = content.AsSpan().IndexOf(bytes);
        Assert.Equal(found, content.AsSpan().LastIndexOf(bytes));
        return found;
    }
}
