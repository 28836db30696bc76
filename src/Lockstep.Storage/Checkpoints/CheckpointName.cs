using System.Globalization;
using System.Text.RegularExpressions;

namespace Lockstep.Storage.Checkpoints;

/// <summary>What the name of a checkpoint's directory says.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Generation">The generation that collects its files there; null once the directory has its final name.</param>
internal sealed partial record CheckpointName(long Step, long? Generation)
{
    /// <summary>Null for a directory of another kind, such as one that is being deleted.</summary>
    public static CheckpointName? Parse(string directory)
    {
        var match = Pattern().Match(Path.GetFileName(Path.TrimEndingDirectorySeparator(directory)));
        return !match.Success
            ? null
            : new CheckpointName(Number(match.Groups["step"]), match.Groups["generation"] is { Success: true } g ? Number(g) : null);
    }

    private static long Number(Group digits) => long.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^step-(?<step>\d{8,18})(\.generation-(?<generation>\d{1,18})\.unfinished)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Pattern();
}
