using System.Text;
using Lockstep.Native.Bridge;
using Lockstep.Native.Libraries;

namespace Lockstep.Native.Tests.Libraries;

public class ElfImageTests
{
    [Fact]
    public void Read_PackagesLibraries_GivesTheNamesTheyGoBy()
    {
        Assert.Equal("libLibTorchSharp.so", ElfImage.Read(NativeFiles.Bridge).SharedObjectName);
        Assert.Equal("libtorch.so", ElfImage.Read(NativeFiles.Libtorch).SharedObjectName);
    }

    [Fact]
    public void VersionRequirements_Bridge_ContainTheOnesThatOldSystemsLack()
    {
        var required = ElfImage.Read(NativeFiles.Bridge).VersionRequirements().ToArray();

        Assert.Contains(required, r => r is { Library: "libstdc++.so.6", Version: "GLIBCXX_3.4.32", Flags: 0 });
        Assert.Contains(required, r => r is { Library: "libc.so.6", Version: "GLIBC_2.34" });
    }

    [Theory]
    [InlineData("")]
    [InlineData("GROUP ( libtorch_cpu.so )")]
    [InlineData("\u007fELF\u0002\u0001")]
    public void Constructor_Garbage_SaysThatItIsNoLibrary(string text)
    {
        var e = Assert.Throws<NativeLibraryException>(() => new ElfImage("a.so", Encoding.ASCII.GetBytes(text)));
        Assert.StartsWith("library 'a.so': it is not a whole ELF library for x64", e.Message);
    }

    [Fact]
    public void Everything_LibraryCutAnywhere_SaysSoAndNeverFailsOtherwise()
    {
        byte[] whole = File.ReadAllBytes(NativeFiles.Bridge);
        int refused = 0;
        for (int length = 0; length < whole.Length; length = length * 3 / 2 + 7)
        {
            try
            {
                var image = new ElfImage("a.so", whole[..length]);
                _ = BridgeRepair.Lift(image, ["GLIBCXX_3.4.30", "GLIBCXX_3.4.32"]);
                _ = image.SharedObjectName;
            }
            catch (NativeLibraryException)
            {
                refused++;
            }
        }
        Assert.True(refused > 20, $"{refused} cut libraries were refused");
    }

    [Fact]
    public void Everything_DamagedBytes_NeverFailsOtherwise()
    {
        byte[] whole = File.ReadAllBytes(NativeFiles.Bridge);
        int[] versions = new ElfImage("a.so", whole).VersionRequirements().Select(r => r.FlagsOffset).ToArray();
        // the header, the version requirements, the dynamic table
        (int From, int To)[] places = [(16, 640), (versions.Min() - 32, versions.Max() + 32), (0x1d4b18, 0x1d4d88)];
        var random = new Random(1);
        byte[] damaged = (byte[])whole.Clone();
        for (int round = 0; round < 3000; round++)
        {
            var (from, to) = places[round % places.Length];
            for (int hits = 0; hits < 4; hits++)
                damaged[random.Next(from, to)] = (byte)random.Next(256);
            try
            {
                var image = new ElfImage("a.so", damaged);
                _ = BridgeRepair.Lift(image, ["GLIBCXX_3.4.30", "GLIBCXX_3.4.32"]);
                _ = image.SharedObjectName;
            }
            catch (NativeLibraryException)
            {
                // the only way that it may fail
            }
            whole.AsSpan(from..to).CopyTo(damaged.AsSpan(from));
        }
    }

    [Fact]
    public void Read_MissingFile_SaysSo()
    {
        var e = Assert.Throws<NativeLibraryException>(() => ElfImage.Read("/nowhere/a.so"));
        Assert.StartsWith("library '/nowhere/a.so': it cannot be read", e.Message);
    }

    [Fact]
    public void Read_SmallLibrary_HasItsNameAndTheLoaderTakesIt()
    {
        using var folder = new TemporaryFolder();
        byte[] content = SmallLibrary.Named("/nowhere/b.so");
        string path = Path.Combine(folder.Path, "b.so");
        File.WriteAllBytes(path, content);

        Assert.Equal("/nowhere/b.so", new ElfImage("b.so", content).SharedObjectName);
        Assert.False(DynamicLoader.IsLoaded("/nowhere/b.so"));
        Assert.NotEqual(0, DynamicLoader.Open(path, DynamicLoader.Now, out _));
        Assert.True(DynamicLoader.IsLoaded("/nowhere/b.so"));
    }
}
