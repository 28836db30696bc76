using System.CommandLine;
using Lockstep.Building;
using Lockstep.Checking;
using Lockstep.Core.Errors;
using Spectre.Console;

namespace Lockstep.Commands;

/// <summary><c>check</c>: what a run of the program's net may promise; nothing is trained.</summary>
internal static class CheckCommand
{
    public static Command Create(TrainingBuilder builder)
    {
        var options = new ProgramOptions(builder, resumes: false);
        var command = new Command(
            "check",
            "Passes one batch through the net in a few ways, and says what a run may promise. The exit code is 2 if something is wrong."
        );
        options.AddRecipeTo(command);
        command.SetAction(parsed =>
        {
            var recipe = options.ReadRecipe(parsed);
            var findings = new NetCheck(builder.Application(), recipe).Run();
            foreach (var finding in findings)
                AnsiConsole.Write(Line(finding));
            return findings.Any(f => f.Kind == FindingKind.Wrong) ? ExitCodes.BadInput : ExitCodes.Done;
        });
        return command;
    }

    private static Grid Line(Finding finding)
    {
        var (word, colour) = finding.Kind switch
        {
            FindingKind.Kept => ("yes", Color.Green),
            FindingKind.Note => ("note", Color.Blue),
            _ => ("WRONG", Color.Red),
        };
        return new Grid()
            .AddColumn(new GridColumn().NoWrap().Width(5))
            .AddColumn()
            .AddRow(new Text(word, new Style(colour)), new Text(finding.Text));
    }
}
