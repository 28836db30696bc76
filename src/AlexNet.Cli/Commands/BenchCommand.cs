using System.CommandLine;

namespace AlexNet.Cli.Commands;

/// <summary><c>alexnet bench</c>: measures on this machine.</summary>
internal static class BenchCommand
{
    public static Command Create() =>
        new("bench", "Measures this machine.") { BenchComputeCommand.Create(), BenchLayersCommand.Create(), BenchMachineCommand.Create() };
}
