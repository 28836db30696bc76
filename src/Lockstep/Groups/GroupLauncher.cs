using System.Diagnostics;
using System.Security.Cryptography;
using Lockstep.Core.Errors;
using Lockstep.Hosting;
using Lockstep.Launching;
using Lockstep.Native;

namespace Lockstep.Groups;

/// <summary>A group on this machine: starts a process of this program for each member, and waits for them.</summary>
internal static class GroupLauncher
{
    private const int SignalBase = 128;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10); // for the others, when one has failed, to say what they know

    /// <summary>Returns 0, or the exit code of the first member that failed.</summary>
    public static async Task<int> RunAsync(int processes, CancellationToken cancellation)
    {
        try
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(processes, 1);
            Surroundings.Require(processes);
        }
        catch (Exception e) when (e is BadInputException or ArgumentOutOfRangeException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.BadInput;
        }

        using var port = HeldPort.Take(0, "--rendezvous");
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var members = Enumerable.Range(0, processes).Select(rank => Start(rank, processes, port, token)).ToList();
        try
        {
            int code = ExitCodes.Done;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await foreach (var ended in Task.WhenEach(members.Select(m => EndAsync(m, patience.Token))))
            {
                if (code == ExitCodes.Done && (code = await ended) != ExitCodes.Done)
                    patience.CancelAfter(Farewell);
            }

            return code;
        }
        finally
        {
            foreach (var member in members)
            {
                if (!member.HasExited)
                    member.Kill(entireProcessTree: true);
                member.Dispose();
            }
        }
    }

    private static Process Start(int rank, int size, HeldPort port, string token)
    {
        var program = ProgramCommand.Self();
        var start = new ProcessStartInfo(program.File) { RedirectStandardInput = true }; // closes when this process ends
        foreach (string argument in program.Arguments.Concat(Environment.GetCommandLineArgs().Skip(1)))
            start.ArgumentList.Add(argument);
        AllocatorSettings.ApplyTo(start.Environment);
        start.Environment[Settings.VariableOf("rank")] = $"{rank}";
        start.Environment[Settings.VariableOf("size")] = $"{size}";
        start.Environment[Settings.VariableOf("rendezvous")] = $"http://{port.Address}";
        start.Environment[Settings.VariableOf("token")] = token;
        start.Environment[GroupMember.Supervised] = "true";
        start.Environment.TryAdd("OMP_NUM_THREADS", $"{Math.Max(1, Environment.ProcessorCount / size)}");
        return Process.Start(start) ?? throw new InvalidOperationException($"'{program.File}' cannot be started.");
    }

    /// <summary>The exit code of a member, in ours; failed where it does not end in time.</summary>
    private static async Task<int> EndAsync(Process member, CancellationToken patience)
    {
        try
        {
            await member.WaitForExitAsync(patience);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Failed;
        }

        return member.ExitCode > SignalBase ? ExitCodes.Failed : member.ExitCode;
    }
}
