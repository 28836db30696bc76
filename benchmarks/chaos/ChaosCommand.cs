using System.CommandLine;
using System.Globalization;
using Lockstep.Core.Errors;
using Lockstep.Core.Plans;
using Lockstep.Hosting;

namespace AlexNet.ChaosBenchmark;

/// <summary>The command line of this program.</summary>
internal static class ChaosCommand
{
    public static RootCommand Create()
    {
        var minutes = new Option<double>("--minutes")
        {
            Description = "Minutes for which it kills processes.",
            DefaultValueFactory = _ => 5,
        };
        var seed = new Option<int>("--seed") { Description = "Seed of times and victims.", DefaultValueFactory = _ => 1 };
        var every = new Option<double>("--every") { Description = "Seconds between two kills, on average.", DefaultValueFactory = _ => 10 };
        var victims = new Option<string>("--victims")
        {
            Description = "all (workers, spares, the coordinator) or workers.",
            DefaultValueFactory = _ => "all",
        }.AcceptOnlyFromAmong("all", "workers");
        var how = new Option<string>("--how")
        {
            Description = "kill, or hang: the process is stopped and never continues.",
            DefaultValueFactory = _ => "kill",
        }.AcceptOnlyFromAmong("kill", "hang");
        var spares = new Option<int>("--spares") { Description = "Number of spare workers.", DefaultValueFactory = _ => 2 };
        var replicas = new Option<int>("--replicas") { Description = "Replicas of the layout.", DefaultValueFactory = _ => 2 };
        var shards = new Option<int>("--shards")
        {
            Description = "Shards of a replica, or workers of a hybrid.",
            DefaultValueFactory = _ => 2,
        };
        var plan = new Option<string>("--plan")
        {
            Description = "towers or hybrid.",
            DefaultValueFactory = _ => "towers",
        }.AcceptOnlyFromAmong("towers", "hybrid");
        var protect = new Option<string>("--protect")
        {
            Description = "Whether other workers keep the parts of the net that exist once: every:K or never.",
            DefaultValueFactory = _ => "never",
        };
        var directory = new Option<string?>("--dir") { Description = "Directory for the two runs; by default a temporary one." };
        var command = new RootCommand(
            "Kills random processes of a quickstart run, and compares its final weights with those of an undisturbed run."
        )
        {
            minutes,
            seed,
            every,
            victims,
            how,
            spares,
            replicas,
            shards,
            plan,
            protect,
            directory,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                if (!IsDuration(parsed.GetValue(minutes)) || !IsDuration(parsed.GetValue(every)))
                {
                    throw new BadInputException(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"--minutes is {parsed.GetValue(minutes)} and --every {parsed.GetValue(every)}; both must be above 0, and at "
                                + $"most {Settings.MostSeconds}."
                        )
                    );
                }

                if (parsed.GetValue(spares) < 0)
                    throw new BadInputException($"--spares is {parsed.GetValue(spares)}; it must be 0 or more.");
                var bench = new ChaosBench(
                    new ChaosOptions
                    {
                        Minutes = parsed.GetValue(minutes),
                        Seed = parsed.GetValue(seed),
                        EverySeconds = parsed.GetValue(every),
                        OnlyWorkers = parsed.GetValue(victims) == "workers",
                        Hangs = parsed.GetValue(how) == "hang",
                        Spares = parsed.GetValue(spares),
                        Replicas = parsed.GetValue(replicas),
                        Shards = parsed.GetValue(shards),
                        Plan = parsed.GetRequiredValue(plan),
                        Protection = Protection.Parse(parsed.GetRequiredValue(protect)),
                        Directory = parsed.GetValue(directory) is { } kept
                            ? Path.GetFullPath(kept)
                            : Directory.CreateTempSubdirectory("alexnet-chaos-").FullName,
                    }
                );
                return await bench.RunAsync(cancellation);
            }
        );
        return command;
    }

    private static bool IsDuration(double value) => value is > 0 and <= Settings.MostSeconds;
}
