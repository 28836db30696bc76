using System.Text.Json;

namespace Engine.Tests.Compose;

/// <summary>What the engine says of a container.</summary>
/// <param name="Status">created, running, restarting, exited.</param>
/// <param name="ExitCode">Of its last end.</param>
/// <param name="Restarts">How often the engine has started it again by itself.</param>
/// <param name="ProcessId">Of its first process, on the machine; 0 while it does not run.</param>
/// <param name="Health">starting, healthy, unhealthy, or nothing where it has no check.</param>
internal sealed record ContainerState(string Status, int ExitCode, int Restarts, int ProcessId, string Health)
{
    public bool IsRunning => Status == "running";

    public bool HasEnded => Status == "exited";

    /// <param name="inspected">An object of <c>docker inspect</c>.</param>
    public static ContainerState Of(JsonElement inspected)
    {
        var state = inspected.GetProperty("State");
        return new(
            state.GetProperty("Status").GetString() ?? "",
            state.GetProperty("ExitCode").GetInt32(),
            inspected.GetProperty("RestartCount").GetInt32(),
            state.GetProperty("Pid").GetInt32(),
            state.TryGetProperty("Health", out var health) ? health.GetProperty("Status").GetString() ?? "" : ""
        );
    }
}
