using Lockstep.Core.Collectives;
using Lockstep.Core.Errors;
using Lockstep.Hosting;
using Lockstep.Hosting.Ending;

namespace Lockstep.Groups;

/// <summary>This process as a member of a group, from its start to its end.</summary>
internal static class GroupMember
{
    /// <summary>The variable by which a launcher holds its members: they end when their standard input closes.</summary>
    public static readonly string Supervised = Settings.VariableOf("supervised");

    /// <summary>Joins, runs the program's own part on a thread of its own, and ends the process.</summary>
    public static async Task<int> RunAsync(Action<ProcessGroup> main, CancellationToken cancellation)
    {
        try
        {
            Surroundings.Require();
            if (Environment.GetEnvironmentVariable(Supervised) is not null)
                new Thread(EndWithLauncher) { IsBackground = true, Name = "launcher" }.Start();
            await using var group = await ProcessGroup.JoinAsync(GroupOptions.From([]), null, cancellation);
            await Task.Factory.StartNew(() => main(group), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            group.Barrier(); // whoever goes first takes nothing away from the others
        }
        catch (Exception e) when (e is BadInputException or PeerLostException or TimeoutException or OperationCanceledException)
        {
            return ProcessEnd.Now(ProgramExit.Report(e));
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(e.ToString()); // of the user's own code: where it was matters
            return ProcessEnd.Now(ExitCodes.Failed);
        }

        return ProcessEnd.Now(ExitCodes.Done);
    }

    private static void EndWithLauncher()
    {
        using var pipe = Console.OpenStandardInput();
        while (pipe.ReadByte() >= 0) { }
        ProcessEnd.Now(ExitCodes.Failed);
    }
}
