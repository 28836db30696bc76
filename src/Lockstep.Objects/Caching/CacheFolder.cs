using System.Globalization;
using Lockstep.Core.Errors;

namespace Lockstep.Objects.Caching;

/// <summary>Where this machine keeps what it has read from object storage, and how much of it.</summary>
public static class CacheFolder
{
    private const double StandardGigabytes = 50;

    /// <summary>The directory, which need not be there yet.</summary>
    public static string Root =>
        Given(ObjectVariables.CacheDirectory) is { } directory
            ? Path.GetFullPath(directory)
            : Path.Combine(
                Given("XDG_CACHE_HOME")
                    ?? Path.Combine(
                        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify),
                        ".cache"
                    ),
                "lockstep"
            );

    /// <summary>The most bytes of data that are kept.</summary>
    /// <exception cref="BadInputException">The variable is no number.</exception>
    public static long MostBytes
    {
        get
        {
            if (Given(ObjectVariables.CacheGigabytes) is not { } text)
                return (long)(StandardGigabytes * 1e9);
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is > 0 and < 1e9
                ? (long)(value * 1e9)
                : throw new BadInputException(
                    $"variable {ObjectVariables.CacheGigabytes} is '{text}'; a number of GB above 0 is required, such as 50."
                );
        }
    }

    private static string? Given(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
