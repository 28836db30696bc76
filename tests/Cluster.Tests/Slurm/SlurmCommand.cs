using AlexNet.Testing;

namespace Cluster.Tests.Slurm;

/// <summary>Slurm's programs: those that run the cluster, and those that ask it for something.</summary>
internal static class SlurmCommand
{
    private static readonly string[] Needed = ["munged", "slurmctld", "slurmd", "sbatch", "srun", "scontrol", "scancel", "squeue"];
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Skips the test that calls it where a program is missing.</summary>
    public static void Require()
    {
        string[] missing = InstalledProgram.Missing(Needed);
        Assert.SkipUnless(missing.Length == 0, $"needs {string.Join(", ", missing)} (Debian's packages 'slurm-wlm' and 'munge').");
    }

    /// <summary>The path of a program.</summary>
    public static string PathOf(string program) => InstalledProgram.Find(program) ?? program;

    /// <summary>Runs one that asks, and returns the lines of its answer.</summary>
    /// <exception cref="InvalidOperationException">It failed; what it wrote is in the message.</exception>
    public static async Task<IReadOnlyList<string>> AskAsync(
        string program,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string?>> environment,
        string directory
    )
    {
        await using var process = ProgramProcess.Start(PathOf(program), arguments, environment, directory);
        await process.SucceedAsync(Deadline);
        return process.Output;
    }
}
