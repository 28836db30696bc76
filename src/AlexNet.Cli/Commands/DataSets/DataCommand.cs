using System.CommandLine;

namespace AlexNet.Cli.Commands.DataSets;

/// <summary><c>alexnet data info|show|pack|download</c>: looks at data sets, packs them and gets them.</summary>
internal static class DataCommand
{
    public static Command Create() =>
        new("data", "Looks at data sets, packs them, and downloads those that have an official address.")
        {
            DataInfoCommand.Create(),
            DataShowCommand.Create(),
            DataPackCommand.Create(),
            DataDownloadCommand.Create(),
        };
}
