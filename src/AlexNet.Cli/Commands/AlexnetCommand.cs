using System.CommandLine;
using AlexNet.Cli.Commands.DataSets;
using AlexNet.Cli.Exporting;
using Lockstep.Commands;

namespace AlexNet.Cli.Commands;

/// <summary><c>alexnet</c>: every command that there is.</summary>
internal static class AlexnetCommand
{
    public static RootCommand Create() =>
        new("AlexNet Distributed: trains AlexNet over several workers, in towers and replicas.")
        {
            TrainCommand.Create(),
            ResumeCommand.Create(),
            SweepCommand.Create(),
            PlanCommand.Create(),
            StatusCommand.Create(),
            AutopsyCommand.Create(),
            EvalCommand.Create(),
            PredictCommand.Create(),
            PlotCommand.Create(),
            CompareCommand.Create(),
            FiltersCommand.Create(),
            RecipesCommand.Create(),
            ModelCommand.Create(),
            CheckpointsCommand.Create(NetForms.Write),
            DataCommand.Create(),
            BenchCommand.Create(),
            CertsCommand.Create(),
            DoctorCommand.Create(),
        };
}
