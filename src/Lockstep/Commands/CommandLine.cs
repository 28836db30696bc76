using System.CommandLine;
using Lockstep.Core.Errors;
using Lockstep.Hosting;
using Lockstep.Terminals;
using Lockstep.Torch.Devices;

namespace Lockstep.Commands;

/// <summary>Carries a command line out.</summary>
internal static class CommandLine
{
    /// <summary>Returns the exit code; whatever goes wrong is told.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="root">Every command that there is.</param>
    /// <param name="cancellation">Cancels the command.</param>
    public static async Task<int> RunAsync(string[] args, RootCommand root, CancellationToken cancellation = default)
    {
        Terminal.Install(isProse: !Failure.WantsJson(args));
        var parsed = root.Parse(args);
        if (CommandLineErrors.Of(parsed) is { Count: > 0 } errors)
            return Failure.Tell(args, string.Join(Environment.NewLine, errors), ExitCodes.BadInput);

        try
        {
            Surroundings.Require();
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                cancellation
            );
        }
        catch (MemoryExhaustedException e)
        {
            return Failure.Tell(args, e.Message, ExitCodes.MemoryExhausted);
        }
        catch (Exception e)
        {
            return Failure.Tell(args, ProgramExit.MessageOf(e), ProgramExit.CodeOf(e));
        }
    }
}
