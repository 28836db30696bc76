using System.Reflection;

namespace Lockstep.Hosting;

/// <summary>The version that a run's processes must share.</summary>
public static class ProgramVersion
{
    public static string Current { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
