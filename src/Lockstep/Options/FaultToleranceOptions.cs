using System.CommandLine;
using Lockstep.Core.Errors;
using Lockstep.Core.Plans;
using Lockstep.Core.Timings;
using Lockstep.Hosting;

namespace Lockstep.Options;

/// <summary>How long processes wait for each other, and what losses a run survives.</summary>
internal sealed class FaultToleranceOptions
{
    private readonly Option<double?> _deadline = new("--deadline")
    {
        Description = "Seconds that a worker may wait for another; 60 by default.",
    };
    private readonly Option<int> _maxRestarts = new("--max-restarts")
    {
        Description = "Number of losses (of workers or the coordinator) that the run survives. With 0 the first loss ends it.",
        DefaultValueFactory = _ => 10,
    };
    private readonly Option<int> _spares = new("--spares")
    {
        Description = "Number of spare workers; they have read the data, and take a lost worker's place at once.",
        DefaultValueFactory = _ => 0,
    };
    private readonly Option<string> _protect = new("--protect")
    {
        Description =
            "Whether another worker keeps each part of the net that exists once, so that its loss costs few steps or none: every:K, auto "
            + "or never.",
        DefaultValueFactory = _ => "never",
    };
    private readonly Option<double> _grace = new("--grace")
    {
        Description = "Seconds in which an interrupted run must stop after a step and save.",
        DefaultValueFactory = _ => 25,
    };
    private readonly Option<double> _startTimeout = new("--start-timeout")
    {
        Description = "Seconds in which the coordinator must listen, each time it is started.",
        DefaultValueFactory = _ => 90,
    };

    public IEnumerable<Option> All => [_deadline, _maxRestarts, _spares, _protect, _grace, _startTimeout];

    public double DeadlineSeconds(ParseResult parsed) => parsed.GetValue(_deadline) ?? LivenessTimings.Standard.Deadline.TotalSeconds;

    public int MostRestarts(ParseResult parsed) => parsed.GetValue(_maxRestarts);

    public int Spares(ParseResult parsed) => parsed.GetValue(_spares);

    /// <summary>What <see cref="Check"/> has found right.</summary>
    public Protection Protection(ParseResult parsed) => Core.Plans.Protection.Parse(parsed.GetRequiredValue(_protect));

    public double GraceSeconds(ParseResult parsed) => parsed.GetValue(_grace);

    public TimeSpan StartTimeout(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(_startTimeout));

    public void Check(ParseResult parsed, List<string> errors)
    {
        RequireSeconds("--deadline", DeadlineSeconds(parsed), errors);
        RequireSeconds("--grace", GraceSeconds(parsed), errors);
        RequireSeconds("--start-timeout", parsed.GetValue(_startTimeout), errors);
        try
        {
            Protection(parsed);
        }
        catch (BadInputException e)
        {
            errors.AddRange(e.Errors.Select(error => $"--protect {error}"));
        }

        foreach (var option in new[] { _maxRestarts, _spares })
        {
            if (parsed.GetValue(option) is var value && value < 0)
                errors.Add($"{option.Name} is {value}; it must be 0 or more.");
        }
    }

    private static void RequireSeconds(string option, double value, List<string> errors)
    {
        if (value is not (> 0 and <= Settings.MostSeconds))
        {
            errors.Add(
                FormattableString.Invariant($"{option} is {value} seconds; it must be above 0, and at most {Settings.MostSeconds}.")
            );
        }
    }
}
