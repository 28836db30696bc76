using AlexNet.Testing;
using Lockstep.Core.Errors;

namespace Cluster.Tests.Failures;

/// <summary>Machines and containers that give little or no shared memory.</summary>
public sealed class SharedMemoryTests : IDisposable
{
    private const int LeastBytes = 3 << 20; // below the rings of two workers, above every other file of a small run

    private static readonly string[] Small =
    [
        "train",
        "quickstart",
        "--shards",
        "2",
        "--threads",
        "1",
        "--steps",
        "2",
        "--batch",
        "8",
        "--no-pictures",
        "--output",
        "json",
    ];

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("mount -t tmpfs -o size=64k none /dev/shm")] // docker's default of 64 MiB, for a small net
    [InlineData("mount -t tmpfs -o size=64k,ro,noexec none /dev/shm")]
    public async Task A_small_or_closed_dev_shm_does_not_matter(string mount)
    {
        LongTests.Require();
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "a mount namespace of its own needs root");
        await using var alexnet = Start(
            "unshare",
            [
                "--mount",
                "sh",
                "-ec",
                mount + "; exec \"$0\" \"$@\"",
                ProgramProcess.Beside("alexnet"),
                .. Small,
                "--transport",
                "shm",
                "--run-dir",
                _folder["run"],
            ]
        );
        await alexnet.SucceedAsync(SmallRun.Deadline);
    }

    [Fact]
    public async Task Without_memory_for_the_rings_auto_goes_over_gRPC_and_says_so()
    {
        LongTests.Require();
        await using var alexnet = Limited("auto");
        await alexnet.SucceedAsync(SmallRun.Deadline);
        Assert.Contains(
            "Shared memory is not used, messages carry the tensors: ",
            File.ReadAllText(_folder["run/logs/w0.log"]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Without_memory_for_the_rings_shm_ends_at_once_and_says_why()
    {
        await using var alexnet = Limited("shm");
        Assert.Equal(ExitCodes.BadInput, await alexnet.ExitCodeAsync(SmallRun.Deadline));
        Assert.Matches(
            "\"failed\".*--transport shm was required, but .* bytes of shared memory are required for the rings of two workers, and the "
                + "system refused them: File too large;",
            alexnet.Output[^1]
        );
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The limit on files counts for shared memory too; what exceeds it is refused, where the signal is ignored.</summary>
    private ProgramProcess Limited(string transport) =>
        Start(
            "bash",
            [
                "-c",
                $"trap '' XFSZ; ulimit -f {LeastBytes / 1024}; exec \"$0\" \"$@\"",
                ProgramProcess.Beside("alexnet"),
                .. Small,
                "--transport",
                transport,
                "--run-dir",
                _folder["run"],
                .. SmallRun.FewPictures,
            ]
        );

    // the runtime's own memory for code is such a file, unless it does without
    private static ProgramProcess Start(string program, IEnumerable<string> arguments) =>
        ProgramProcess.Start(program, arguments, new Dictionary<string, string?> { ["DOTNET_EnableWriteXorExecute"] = "0" });
}
