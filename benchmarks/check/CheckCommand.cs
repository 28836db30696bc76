using System.CommandLine;
using Lockstep.Core.Errors;
using Lockstep.Core.Machines;

namespace AlexNet.CheckBenchmark;

/// <summary>The command line of this program.</summary>
internal static class CheckCommand
{
    public static RootCommand Create()
    {
        var device = new Option<string>("--device")
        {
            Description = "auto, cpu or cuda.",
            DefaultValueFactory = _ => "auto",
        }.AcceptOnlyFromAmong("auto", "cpu", "cuda");
        var full = new Option<bool>("--full") { Description = "Also check the paper's net." };
        var batch = new Option<int>("--batch") { Description = "Samples in a step.", DefaultValueFactory = _ => 32 };
        var threads = new Option<int>("--threads")
        {
            Description = "Threads of each process.",
            DefaultValueFactory = _ => Math.Max(1, Environment.ProcessorCount / 2),
        };
        var output = new Option<string>("--output")
        {
            Description = "text, markdown or json.",
            DefaultValueFactory = _ => "text",
        }.AcceptOnlyFromAmong("text", "markdown", "json");
        var command = new RootCommand(
            "Compares a device with the CPU, and checks the laws on it: placement over each transport, repetition, resume."
        )
        {
            device,
            full,
            batch,
            threads,
            output,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                if (parsed.GetValue(batch) < 2 || parsed.GetValue(threads) < 1)
                {
                    throw new BadInputException(
                        $"--batch is {parsed.GetValue(batch)} and --threads {parsed.GetValue(threads)}; they must be at least 2 (two "
                            + "replicas share it) and 1."
                    );
                }

                if (MachineRoom.Here.ThreadProblem("--threads", parsed.GetValue(threads)) is { } problem)
                    throw new BadInputException(problem);
                var options = new CheckOptions(
                    parsed.GetRequiredValue(device),
                    parsed.GetValue(full),
                    parsed.GetValue(batch),
                    parsed.GetValue(threads)
                );
                return await PrintAsync(options, parsed.GetRequiredValue(output), cancellation);
            }
        );
        return command;
    }

    private static async Task<int> PrintAsync(CheckOptions options, string output, CancellationToken cancellation)
    {
        bool good = true;
        foreach (string line in CheckTable.Heading(output))
            Console.WriteLine(line);
        using var check = new DeviceCheck(options);
        await foreach (var row in check.RunAsync(cancellation))
        {
            Console.WriteLine(CheckTable.Row(output, row));
            good &= row.Good ?? true;
        }
        return good ? ExitCodes.Done : ExitCodes.Failed;
    }
}
