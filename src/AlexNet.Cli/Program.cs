using AlexNet.Cli.Commands;
using Lockstep.Commands;

return await CommandLine.RunAsync(args, AlexnetCommand.Create());
