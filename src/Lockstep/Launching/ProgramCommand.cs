namespace Lockstep.Launching;

/// <summary>How a program is started: a file, and what its arguments begin with.</summary>
/// <param name="File">The executable.</param>
/// <param name="Arguments">Before those of the single start.</param>
internal sealed record ProgramCommand(string File, IReadOnlyList<string> Arguments)
{
    private const string Muxer = "dotnet";

    /// <summary>This very program.</summary>
    /// <param name="role">Its first arguments, such as <c>worker</c>.</param>
    public static ProgramCommand Self(params IReadOnlyList<string> role) =>
        IsMuxer(Environment.ProcessPath)
            ? new(Environment.ProcessPath ?? Muxer, [Environment.GetCommandLineArgs()[0], .. role])
            : new(Environment.ProcessPath ?? throw new InvalidOperationException("the system does not tell this program's path"), role);

    /// <summary>A program of ours that lies beside this one.</summary>
    /// <param name="name">Such as AlexNet.Worker.</param>
    public static ProgramCommand Beside(string name)
    {
        string host = Path.Combine(AppContext.BaseDirectory, name);
        return System.IO.File.Exists(host)
            ? new(host, [])
            : new(IsMuxer(Environment.ProcessPath) ? Environment.ProcessPath ?? Muxer : Muxer, [host + ".dll"]);
    }

    private static bool IsMuxer(string? path) => Path.GetFileNameWithoutExtension(path) == Muxer;
}

/// <summary>The programs that a run's processes are.</summary>
/// <param name="Coordinator">Takes the settings of a coordinator.</param>
/// <param name="Worker">Takes those of a worker.</param>
internal sealed record RunPrograms(ProgramCommand Coordinator, ProgramCommand Worker);
