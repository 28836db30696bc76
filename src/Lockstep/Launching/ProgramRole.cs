namespace Lockstep.Launching;

/// <summary>The first argument of a process of a run whose program is all of them.</summary>
internal static class ProgramRole
{
    public const string Coordinator = "coordinator",
        Worker = "worker";
}
