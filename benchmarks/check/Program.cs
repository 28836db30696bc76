// Compares a device with the CPU, and checks the laws on it with short runs of `alexnet train`:
//   dotnet run -c Release --project benchmarks/check -- --device cuda --full
// '--help' lists the options. The exit code is 0 where everything is as it must be.
using System.CommandLine;
using AlexNet.CheckBenchmark;
using Lockstep.Hosting;

try
{
    return await CheckCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e)
{
    return ProgramExit.Report(e);
}
