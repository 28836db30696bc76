using System.CommandLine;
using System.Text.Json;
using AlexNet.Data.Downloads;
using Lockstep.Core.Errors;
using Lockstep.Options;
using Lockstep.Views;

namespace AlexNet.Cli.Commands.DataSets;

/// <summary><c>alexnet data download NAME</c>: gets a data set from its official address.</summary>
internal static class DataDownloadCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name")
        {
            Description = $"Name of the data set: {string.Join(" or ", DownloadCatalog.Sets.Keys)}.",
        };
        var target = new Option<string?>("--out") { Description = "Directory for its files; by default data/NAME." };
        var output = OutputArgument.Create();
        var command = new Command("download", "Downloads a data set, continuing where the last attempt ended, and compares its hash.")
        {
            name,
            target,
            output,
        };
        command.SetAction(
            (parsed, cancellation) =>
                RunAsync(parsed.GetRequiredValue(name), parsed.GetValue(target), parsed.GetValue(output) == "json", cancellation)
        );
        return command;
    }

    private static async Task<int> RunAsync(string name, string? target, bool json, CancellationToken cancellation)
    {
        if (!DownloadCatalog.Sets.TryGetValue(name, out var files))
        {
            throw new BadInputException(
                $"data set '{name}' is unknown; it must be one of {string.Join(", ", DownloadCatalog.Sets.Keys)}. Download ImageNet "
                    + "from image-net.org yourself."
            );
        }

        string directory = target ?? Path.Combine("data", name);
        using var client = new HttpClient();
        var downloader = new Downloader(client, new DownloadOptions());
        foreach (var file in files)
        {
            bool isNew;
            using (var progress = new ProgressLine($"KiB of {file.Name}"))
            {
                isNew = await downloader.DownloadAsync(
                    file,
                    directory,
                    bytes => progress.Tell((int)(bytes >> 10), (int)(file.Bytes >> 10)),
                    cancellation
                );
            }

            string path = Path.Combine(directory, file.Name);
            Console.WriteLine(
                json
                    ? JsonSerializer.Serialize(
                        new
                        {
                            @event = "downloaded",
                            file = path,
                            bytes = file.Bytes,
                            md5 = file.Md5,
                            is_new = isNew,
                        }
                    )
                    : $"{path}: {(isNew ? "downloaded" : "is there already")}, {CheckpointLines.Size(file.Bytes)}, MD5 {file.Md5} as "
                        + "published"
            );
        }
        return ExitCodes.Done;
    }
}
