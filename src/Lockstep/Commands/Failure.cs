using System.Text.Json;

namespace Lockstep.Commands;

/// <summary>
/// How a command ends that could not do what it was asked for: words for people, and under <c>--output json</c> a last line for programs.
/// </summary>
internal static class Failure
{
    private const string Option = "--output",
        Json = "json",
        Short = "--json";

    /// <summary>Tells it; returns the exit code.</summary>
    public static int Tell(IReadOnlyList<string> arguments, string message, int exitCode)
    {
        if (WantsJson(arguments))
            Console.Out.WriteLine(Line(message, exitCode));
        Console.Error.WriteLine(message);
        return exitCode;
    }

    /// <summary>The line, as a run that has failed ends with it too.</summary>
    public static string Line(string message, int exitCode) =>
        JsonSerializer.Serialize(
            new
            {
                @event = "failed",
                message,
                exit_code = exitCode,
            }
        );

    /// <summary>Whether arguments ask for JSON, even those that cannot be understood.</summary>
    public static bool WantsJson(IReadOnlyList<string> arguments) =>
        arguments.Zip(arguments.Skip(1)).Any(pair => pair is (Option, Json))
        || arguments.Any(a => a is $"{Option}={Json}" or $"{Option}:{Json}" or Short);
}
