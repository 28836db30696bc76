namespace Lockstep.Pictures;

/// <summary>Pictures that a run leaves in its directory when it ends.</summary>
internal static class EndPictures
{
    /// <summary>Learning curves.</summary>
    public const string Curves = "plot.png";

    /// <summary>Draws the learning curves.</summary>
    /// <param name="runDirectory">The directory of a run that has ended.</param>
    /// <param name="problem">Receives a message where they could not be drawn.</param>
    /// <returns>The files.</returns>
    public static IReadOnlyList<string> Draw(string runDirectory, Action<string> problem) =>
        Try(runDirectory, Curves, path => LearningCurves.Write(path, PlottedRun.Read([runDirectory])), problem) is { } file ? [file] : [];

    /// <summary>Draws one picture; one that cannot be drawn is no failure of the run.</summary>
    /// <returns>The file; null where it was not drawn.</returns>
    public static string? Try(string runDirectory, string name, Action<string> draw, Action<string> problem)
    {
        string path = Path.Combine(runDirectory, name);
        try
        {
            draw(path);
            return path;
        }
        catch (Exception e) // whatever it is, the training has succeeded
        {
            problem($"'{path}' was not drawn: {e.Message}");
            return null;
        }
    }
}
