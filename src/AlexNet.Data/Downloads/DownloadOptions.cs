namespace AlexNet.Data.Downloads;

/// <summary>How patient a download is.</summary>
public sealed record DownloadOptions
{
    /// <summary>How often a request is made again in all.</summary>
    public int Retries { get; init; } = 8;

    /// <summary>The pause before the first repetition; each further one is twice as long, up to a minute.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait for the next bytes.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(60);
}
