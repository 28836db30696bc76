using System.CommandLine;
using Lockstep.Core.Errors;
using Lockstep.Core.Status;
using Lockstep.Views;
using Lockstep.Watching;
using Spectre.Console;

namespace Lockstep.Commands;

/// <summary><c>alexnet status [URL|RUN]</c>: what a coordinator's status page shows, in a terminal.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var where = new Argument<string?>("URL|RUN")
        {
            Description = "A status page's URL, or the directory of a run; the newest run below 'runs' by default.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var watch = new Option<bool>("--watch") { Description = "Keep showing the status until the run is over." };
        var allow = new Option<bool>(TokenTravel.Option)
        {
            Description = "Allow sending the operator's token unencrypted (http) to another machine.",
        };
        var output = new Option<string>("--output")
        {
            Description = "text, or json: one object a line, as /api/status answers it.",
            DefaultValueFactory = _ => "text",
        }.AcceptOnlyFromAmong("text", "json");
        var command = new Command("status", "Shows how a run stands, or how it has ended: progress, workers, events, checkpoints.")
        {
            where,
            watch,
            allow,
            output,
        };
        command.SetAction(
            (parsed, cancellation) =>
                RunAsync(
                    StatusSource.Find(parsed.GetValue(where), parsed.GetValue(allow)),
                    parsed.GetValue(watch),
                    parsed.GetValue(output) == "json",
                    cancellation
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(StatusSource found, bool watch, bool json, CancellationToken cancellation)
    {
        using var source = found;
        var status = await source.ReadAsync(cancellation);
        if (json)
        {
            await ShowAsync(source, status, watch, next => Console.WriteLine(StatusJson.Write(next)), cancellation);
        }
        else if (watch && !Console.IsOutputRedirected)
        {
            await AnsiConsole
                .Live(StatusLines.Of(status, AnsiConsole.Profile.Width))
                .StartAsync(context =>
                    ShowAsync(
                        source,
                        status,
                        watch,
                        next => context.UpdateTarget(StatusLines.Of(next, AnsiConsole.Profile.Width)),
                        cancellation
                    )
                );
        }
        else
        {
            await ShowAsync(
                source,
                status,
                watch,
                next => AnsiConsole.Write(StatusLines.Of(next, AnsiConsole.Profile.Width)),
                cancellation
            );
        }

        if (!json && source.Address is { } page)
            Console.WriteLine($"Status page: {page}");
        else if (!json && source.RunDirectory is { } directory && status.Progress.Share is < 1)
            Console.WriteLine(RunProgress.GoOnLine(directory));
        return ExitCodes.Done;
    }

    /// <summary>Shows a run's status, where it is watched again and again until it is over.</summary>
    private static async Task ShowAsync(
        StatusSource source,
        RunStatus status,
        bool watch,
        Action<RunStatus> show,
        CancellationToken cancellation
    )
    {
        using var timer = new PeriodicTimer(Interval);
        show(status);
        while (watch && !status.IsOver && await timer.WaitForNextTickAsync(cancellation))
            show(status = await source.ReadAsync(cancellation));
    }
}
