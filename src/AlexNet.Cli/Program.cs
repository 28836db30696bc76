using System.CommandLine;
using System.CommandLine.Invocation;
using AlexNet.Cli.Commands;
using AlexNet.Cli.Commands.DataSets;
using AlexNet.Cli.Views.Terminals;
using AlexNet.Core.Errors;
using AlexNet.Hosting;
using AlexNet.Model;

Terminal.Install();
var root = new RootCommand("AlexNet Distributed: trains AlexNet over several workers, in towers and replicas.")
{
    TrainCommand.Create(),
    PlanCommand.Create(),
    StatusCommand.Create(),
    EvalCommand.Create(),
    PredictCommand.Create(),
    PlotCommand.Create(),
    FiltersCommand.Create(),
    RecipesCommand.Create(),
    CheckpointsCommand.Create(),
    DataCommand.Create(),
    BenchCommand.Create(),
    CertsCommand.Create(),
    DoctorCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    foreach (var error in parsed.Errors)
        Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine($"'{string.Join(' ', args.Prepend("alexnet").Take(2))} --help' lists what is known.");
    return ExitCodes.BadInput;
}

try
{
    Surroundings.Require();
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (MemoryExhaustedException e)
{
    Console.Error.WriteLine(e.Message);
    return ExitCodes.MemoryExhausted;
}
catch (Exception e)
{
    return ProgramExit.Report(e);
}
