using Lockstep.Building;
using Lockstep.Commands;
using Lockstep.Coordinator.Services;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Core.Runs;
using Lockstep.Launching;
using Lockstep.Worker.Run;

namespace Lockstep;

/// <summary>
/// Trains a net of a program's own in lockstep on many workers. The program is everything that a run needs: it starts coordinator and
/// workers as processes of itself, shows the run, and goes on with it.
/// </summary>
/// <example>
/// <code>
/// return await Training.RunAsync(args, run => run
///     .Model(() => Sequential(Linear(784, 100), ReLU(), Linear(100, 10)))
///     .Data(() => (train, test))
///     .Loss((net, batch) => functional.cross_entropy(net.call(batch.Inputs), batch.Targets)));
/// </code>
/// </example>
public static class Training
{
    /// <summary>Does what the command line asks for: trains, goes on with a run, shows one, or is a process of one.</summary>
    /// <param name="args">The arguments of <c>Main</c>; none of them trains. <c>--help</c> lists them.</param>
    /// <param name="configure">Says what is trained, and how. It is called in each process of a run.</param>
    /// <param name="cancellation">Ends a training at once.</param>
    /// <returns>The exit code for <c>Main</c>: 0 done, 1 failed, 2 bad input, 3 interrupted and saved, 4 out of memory.</returns>
    public static async Task<int> RunAsync(string[] args, Action<TrainingBuilder> configure, CancellationToken cancellation = default)
    {
        RunHints.Program = ProgramName.OfThis();
        var builder = new TrainingBuilder();
        try
        {
            configure(builder);
            builder.Check();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return Failure.Tell(args, $"This program's training cannot be run: {e.Message}", ExitCodes.BadInput);
        }

        return args switch
        {
            [ProgramRole.Coordinator, .. var settings] => await CoordinatorProgram.RunAsync(settings, ModuleRecipe.Reader),
            [ProgramRole.Worker, .. var settings] => await WorkerProgram.RunAsync(settings, builder.Application()),
            _ => await CommandLine.RunAsync(args, ProgramCommands.Create(builder), cancellation),
        };
    }
}
