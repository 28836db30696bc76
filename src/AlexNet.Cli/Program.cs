using System.CommandLine;
using AlexNet.Cli.Commands;
using AlexNet.Core.Errors;
using AlexNet.Hosting;
using AlexNet.Model;

var parsed = AlexnetCommand.Create().Parse(args);
if (CommandLineErrors.Of(parsed) is { Count: > 0 } errors)
    return Failure.Tell(args, string.Join(Environment.NewLine, errors), ExitCodes.BadInput);

try
{
    Surroundings.Require();
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (MemoryExhaustedException e)
{
    return Failure.Tell(args, e.Message, ExitCodes.MemoryExhausted);
}
catch (Exception e)
{
    return Failure.Tell(args, ProgramExit.MessageOf(e), ProgramExit.CodeOf(e));
}
