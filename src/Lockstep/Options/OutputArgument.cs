using System.CommandLine;

namespace Lockstep.Options;

/// <summary>For whom a command writes.</summary>
internal static class OutputArgument
{
    public static Option<string> Create() =>
        new Option<string>("--output")
        {
            Description = "text, or json: one object a line.",
            DefaultValueFactory = _ => "text",
        }.AcceptOnlyFromAmong("text", "json");
}
