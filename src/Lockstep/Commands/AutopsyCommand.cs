using System.CommandLine;
using System.Text.Json;
using Lockstep.Autopsies;
using Lockstep.Core.Errors;
using Lockstep.Options;
using Lockstep.Pictures;
using Lockstep.Storage.Files;
using Lockstep.Storage.Flights;

namespace Lockstep.Commands;

/// <summary><c>alexnet autopsy RUN</c>: who was first when a run lost a worker or hung, and at what.</summary>
internal static class AutopsyCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "The run directory; its workers may still be at it." };
        var generation = new Option<long?>("--generation")
        {
            Description = "The generation to look at; the newest where it hangs by default, otherwise the last that broke.",
        };
        var file = new Option<string>("--out")
        {
            Description = "The picture to write, .png or .svg.",
            DefaultValueFactory = _ => "autopsy.png",
        };
        var output = OutputArgument.Create();
        var command = new Command(
            "autopsy",
            "Says which worker was first when a run lost one or hung, and what it did, by what all workers left."
        )
        {
            run,
            generation,
            file,
            output,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            PictureFile.RefuseOther(path);
            var found = Autopsy.Of(
                FlightReader.ReadAll(parsed.GetRequiredValue(run)),
                parsed.GetValue(generation),
                TimeProvider.System.GetUtcNow()
            );
            AutopsyPicture.Write(path, found);
            var news = OutputFile.NewsOf(path);
            if (parsed.GetValue(output) == "json")
            {
                news.WriteLine(JsonSerializer.Serialize(Json(found, path)));
                return ExitCodes.Done;
            }
            foreach (string sentence in found.Sentences)
                news.WriteLine(sentence);
            news.WriteLine(Path.GetFullPath(path));
            return ExitCodes.Done;
        });
        return command;
    }

    private static object Json(Autopsy found, string path) =>
        new
        {
            @event = "autopsy",
            generation = found.Generation,
            first = found.First?.Identity.WorkerId,
            sentences = found.Sentences,
            workers = found.Workers.Select(w => new
            {
                id = w.Identity.WorkerId,
                host = w.Identity.Host,
                pid = w.Identity.ProcessId,
                rank = w.Rank,
                outcome = w.Outcome.ToString().ToLowerInvariant(),
                blames = w.Blames,
                doing = w.Doing,
                last_sign = new DateTime(w.LastSign, DateTimeKind.Utc),
            }),
            file = Path.GetFullPath(path),
        };
}
