// Kills random processes of a run, and compares its final weights with those of an undisturbed run:
//   dotnet run -c Release --project benchmarks/chaos -- --minutes 5
// '--help' lists the options. The exit code is 0 where weights, optimiser states and losses are equal bit for bit.
using System.CommandLine;
using AlexNet.ChaosBenchmark;
using Lockstep.Hosting;

try
{
    return await ChaosCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e)
{
    return ProgramExit.Report(e);
}
