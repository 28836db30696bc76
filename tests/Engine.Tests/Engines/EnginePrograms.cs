using System.Runtime.InteropServices;
using AlexNet.Testing;

namespace Engine.Tests.Engines;

/// <summary>
/// The programs of a Docker engine and what its stand-ins for images are made of, which <c>StandIns/prepare.sh</c> gets from Debian's
/// packages. They are kept from one run of the tests to the next.
/// </summary>
internal sealed class EnginePrograms
{
    private const string Packages = "docker.io iptables iproute2 slirp4netns mmdebstrap dpkg-dev";
    private static readonly string[] Needed =
    [
        "runc",
        "iptables",
        "ip",
        "nsenter",
        "setsid",
        "slirp4netns",
        "mmdebstrap",
        "dpkg-scanpackages",
    ];
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    private readonly string _folder;

    private EnginePrograms(string folder) => _folder = folder;

    /// <summary>Skips the test that calls it where no engine can be had.</summary>
    public static void Require()
    {
        LongTests.Require();
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "a Docker engine of the tests' own needs root.");
        string[] missing = InstalledProgram.Missing(Needed);
        Assert.SkipUnless(missing.Length == 0, $"needs {string.Join(", ", missing)} (Debian's packages '{Packages}').");
    }

    /// <summary>Gets what is not there yet.</summary>
    public static async Task<EnginePrograms> GetAsync()
    {
        string cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var programs = new EnginePrograms(Path.Combine(cache, "alexnet-engine-tests"));
        await using var prepare = ProgramProcess.Start(
            "bash",
            [Path.Combine(AppContext.BaseDirectory, "StandIns", "prepare.sh"), programs._folder]
        );
        await prepare.SucceedAsync(Deadline);
        return programs;
    }

    /// <summary>The folder with the programs; <c>cli-plugins</c> in it holds compose and buildx.</summary>
    public string Folder => Path.Combine(_folder, "programs");

    /// <summary>The folder with <c>tree.tar</c>, a minimal Debian.</summary>
    public string Tree => Path.Combine(_folder, "tree");

    /// <summary>A source of apt with the package that Ubuntu names otherwise.</summary>
    public string AptSource => Path.Combine(_folder, "packages");

    /// <summary>The machine's .NET SDK; the runtime is in <c>shared/Microsoft.NETCore.App/VERSION</c> of it.</summary>
    public static string DotnetRoot => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    /// <summary>PATH with the engine's programs first, because the machine's own may be too old.</summary>
    public string SearchPath => $"{Folder}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}{Path.PathSeparator}/usr/sbin";
}
