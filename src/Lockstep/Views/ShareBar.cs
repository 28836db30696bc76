using Spectre.Console;

namespace Lockstep.Views;

/// <summary>How much of a run is done, as a bar of blocks.</summary>
internal static class ShareBar
{
    private const int Longest = 32,
        Shortest = 8,
        RoomBeside = 18;

    /// <param name="share">What is done, 0 to 1.</param>
    /// <param name="columns">The columns of the terminal.</param>
    /// <param name="left">The time that is left; null where nothing is to be said of it.</param>
    public static Markup Of(double share, int columns, string? left)
    {
        int width = Math.Clamp(columns - RoomBeside, Shortest, Longest),
            done = (int)(Math.Clamp(share, 0, 1) * width);
        string bar = $"[green]{new string('█', done)}[/][grey]{new string('░', width - done)}[/]";
        return new Markup($"{bar} {RunProgress.Invariant($"{share:P0}")}{(left is null ? "" : $"  left {left}")}");
    }
}
