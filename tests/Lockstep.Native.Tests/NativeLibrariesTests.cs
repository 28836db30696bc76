using Lockstep.Core.Runs;
using Lockstep.Native.Bridge;
using Lockstep.Native.Libtorch;
using TorchSharp;

namespace Lockstep.Native.Tests;

public class NativeLibrariesTests
{
    private const string DebiansTorch = "/usr/lib/python3/dist-packages/torch";

    private static readonly string[] NeededByTorch = ["libtorch.so", "libtorch_cpu.so", "libc10.so", "libgomp"];

    [Fact]
    public void Load_TwiceAndFromManyThreads_GivesOneReport()
    {
        var first = NativeLibraries.Load();

        Parallel.For(0, 8, _ => Assert.Same(first, NativeLibraries.Load()));
        Assert.Equal("2.10.0", first.LibtorchVersion);
        Assert.Equal(Path.GetDirectoryName(NativeFiles.Libtorch), first.LibtorchDirectory);
        Assert.Equal(first.Repaired, first.BridgePath != NativeFiles.Bridge);
    }

    [Fact]
    public void Load_ThenTorch_Computes()
    {
        NativeLibraries.Load();

        Assert.Equal(4, torch.ones(2, 2).sum().item<float>());
        Assert.False(torch.cuda.is_available() && !File.Exists(Path.Combine(NativeLibraries.Load().LibtorchDirectory, "libtorch_cuda.so")));
    }

    /// <summary>It warns on processors that it does not know; and what is computed must not depend on that.</summary>
    [Fact]
    public unsafe void Load_ThenNnpack_IsOff()
    {
        NativeLibraries.Load();
        nint library = System.Runtime.InteropServices.NativeLibrary.Load(
            NativeFiles.Libtorch.Replace("libtorch.so", "libtorch_cpu.so", StringComparison.Ordinal)
        );
        var context = (delegate* unmanaged<nint>)System.Runtime.InteropServices.NativeLibrary.GetExport(library, "_ZN2at13globalContextEv");
        var isOn = (delegate* unmanaged<nint, byte>)
            System.Runtime.InteropServices.NativeLibrary.GetExport(library, "_ZNK2at7Context17userEnabledNNPACKEv");
        Assert.Equal(0, isOn(context()));
    }

    [Theory]
    [InlineData("libtorch_cpu.so")]
    [InlineData("libLibTorchSharp")]
    [InlineData("libgomp")]
    public void Load_ThenTorch_LeavesOneOfEachLibraryInTheProcess(string name)
    {
        var report = NativeLibraries.Load();
        _ = torch.cuda.is_available();

        string? folder = name == "libLibTorchSharp" ? Path.GetDirectoryName(report.BridgePath) : report.LibtorchDirectory;
        Assert.Equal(folder, Path.GetDirectoryName(Assert.Single(LoadedLibraries.Named(name))));
    }

    [Fact]
    public async Task Load_LibtorchVariableNamesEmptyFolder_SaysWhatIsRequired()
    {
        using var empty = new TemporaryFolder();

        var (exitCode, _, error) = await Probe.Run((LibtorchLocator.Variable, empty.Path));

        Assert.Equal(1, exitCode);
        Assert.Contains($"ALEXNET_LIBTORCH '{empty.Path}': neither it nor its folder 'lib' holds 'libtorch.so'", error);
    }

    [Fact]
    public async Task Load_LibtorchVariableNamesRoot_TakesItsLibFolder()
    {
        using var root = new TemporaryFolder();
        string lib = Path.Combine(root.Path, "lib");
        Directory.CreateSymbolicLink(lib, Path.GetDirectoryName(NativeFiles.Libtorch) ?? "");

        var report = await Probe.Report((LibtorchLocator.Variable, root.Path));

        Assert.Equal(lib, report.LibtorchDirectory);
    }

    [Fact]
    public async Task Load_AnotherLibtorchThanTheApplications_HidesTheApplications()
    {
        string package = Path.GetDirectoryName(NativeFiles.Libtorch) ?? "";
        Assert.SkipWhen(File.Exists(Path.Combine(package, "libtorch_cuda.so")), "A copy of the CUDA libtorch is too large.");
        using var another = new TemporaryFolder(AppContext.BaseDirectory); // not in the temporary folder, which may be in memory
        foreach (string? file in Directory.GetFiles(package, "lib*.so*").Where(f => NeededByTorch.Any(Path.GetFileName(f).StartsWith)))
            File.Copy(file, Path.Combine(another.Path, Path.GetFileName(file)));

        var report = await Probe.Report((LibtorchLocator.Variable, another.Path)); // two libtorchs would abort it

        Assert.Equal(another.Path, report.LibtorchDirectory);
    }

    [Fact]
    public async Task Load_LibtorchVariableNamesOlderPyTorch_SaysSoInsteadOfCrashing()
    {
        Assert.SkipUnless(Directory.Exists(DebiansTorch), "python3-torch 1.13 is not installed.");

        var (exitCode, _, error) = await Probe.Run((LibtorchLocator.Variable, DebiansTorch));

        Assert.Equal(1, exitCode);
        Assert.Contains("it calls itself 'libtorch.so.1.13', but TorchSharp needs libtorch 2.10", error);
    }

    [Fact]
    public async Task Load_TwoProcessesWithOneEmptyCache_BothWorkAndLeaveOneFile()
    {
        using var cache = new TemporaryFolder();

        var reports = await Task.WhenAll(
            Probe.Report((CacheDirectory.Variable, cache.Path)),
            Probe.Report((CacheDirectory.Variable, cache.Path))
        );

        Assert.Equal(reports[0], reports[1]);
        string[] kept = reports[0].Repaired ? new[] { reports[0].BridgePath } : [];
        Assert.Equal(kept, Directory.GetFiles(cache.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Load_CacheCannotBeUsed_KeepsTheRepairInMemory()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "no-folder");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        var report = await Probe.Report((CacheDirectory.Variable, file));

        Assert.Equal(report.Repaired, report.BridgePath.StartsWith("/proc/self/fd/"));
    }
}
