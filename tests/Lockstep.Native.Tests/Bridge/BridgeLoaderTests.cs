using System.Text;
using Lockstep.Native.Bridge;
using Lockstep.Native.Libraries;

namespace Lockstep.Native.Tests.Bridge;

public class BridgeLoaderTests
{
    [Fact]
    public void Load_LibtorchLacksAFunction_NamesItInsteadOfEndingTheProcessLater()
    {
        NativeLibraries.Load();
        using var folder = new TemporaryFolder();
        byte[] content = File.ReadAllBytes(NativeFiles.Bridge);
        int name = content.AsSpan().IndexOf("_ZN2at23get_num_interop_threadsEv\0"u8);
        Assert.True(name > 0);
        Encoding.ASCII.GetBytes("_ZN2at23not_num_interop_threadsEv").CopyTo(content, name);
        string path = Path.Combine(folder.Path, BridgeLoader.FileName);
        File.WriteAllBytes(path, content);

        var e = Assert.Throws<NativeLibraryException>(() => BridgeLoader.Load(path, folder.Path));

        Assert.Contains("undefined symbol: _ZN2at23not_num_interop_threadsEv", e.Message);
        Assert.Contains("a libtorch other than 2.10", e.Message);
    }

    [Fact]
    public void Load_NotALibrary_GivesTheLoadersReason()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, BridgeLoader.FileName);
        File.WriteAllText(path, "<html>");

        var e = Assert.Throws<NativeLibraryException>(() => BridgeLoader.Load(path, folder.Path));

        Assert.StartsWith($"library '{path}': it", e.Message);
    }
}
