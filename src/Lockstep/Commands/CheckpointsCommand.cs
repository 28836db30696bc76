using System.CommandLine;

namespace Lockstep.Commands;

/// <summary><c>alexnet checkpoints list|verify|export</c>: what a run has saved.</summary>
internal static class CheckpointsCommand
{
    public static Command Create() =>
        new("checkpoints", "Lists, verifies and exports what a run has saved.")
        {
            CheckpointsListCommand.Create(),
            CheckpointsVerifyCommand.Create(),
            CheckpointsExportCommand.Create(),
        };

    internal static Argument<string> RunOrCheckpoint(string description) => new("run") { Description = description };
}
