namespace Lockstep.Core.Runs;

/// <summary>Command lines that the programs print for a run; each works as it is printed, in a shell.</summary>
public static class RunHints
{
    private const string Plain = "/._-+:@%,=";

    /// <summary>How the user calls the program; its <c>Main</c> sets another than <c>alexnet</c> before anything else.</summary>
    public static string Program { get; set; } = "alexnet";

    /// <summary>Goes on with it.</summary>
    public static string Resume(string runDirectory) => $"{Program} resume {Quote(runDirectory)}";

    /// <summary>Evaluates its newest checkpoint.</summary>
    public static string Evaluate(string runDirectory) => $"{Program} eval {Quote(runDirectory)}";

    /// <summary>Tells what pictures show; their names are to follow.</summary>
    public static string Predict(string runDirectory) => $"{Program} predict {Quote(runDirectory)}";

    /// <summary>A word as a POSIX shell takes it: as it is where it has nothing special, otherwise in single quotes.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c)) ? word : $"'{word.Replace("'", @"'\''")}'";
}
