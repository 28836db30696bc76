using System.CommandLine;
using AlexNet.Cli.Commands;
using Lockstep.Commands;
using Lockstep.Core.Errors;
using Lockstep.Hosting;
using Lockstep.Terminals;
using Lockstep.Torch.Devices;

Terminal.Install(isProse: !Failure.WantsJson(args));
var parsed = AlexnetCommand.Create().Parse(args);
if (CommandLineErrors.Of(parsed) is { Count: > 0 } errors)
    return Failure.Tell(args, string.Join(Environment.NewLine, errors), ExitCodes.BadInput);

try
{
    Surroundings.Require();
    return await parsed.InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }
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
