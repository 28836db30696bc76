using System.CommandLine;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Commands;

/// <summary><c>alexnet checkpoints list|verify|export</c>: what a run has saved.</summary>
internal static class CheckpointsCommand
{
    /// <param name="forms">Writes a net in the forms that only the application knows; null for none.</param>
    public static Command Create(Func<ExportRequest, ExportedFile>? forms = null) =>
        new("checkpoints", "Lists, verifies and exports what a run has saved.")
        {
            CheckpointsListCommand.Create(),
            CheckpointsVerifyCommand.Create(),
            CheckpointsExportCommand.Create(forms),
        };

    internal static Argument<string> RunOrCheckpoint(string description) => new("run") { Description = description };
}
