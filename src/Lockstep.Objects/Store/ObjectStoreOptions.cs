namespace Lockstep.Objects.Store;

/// <summary>How a store is asked.</summary>
public sealed record ObjectStoreOptions
{
    /// <summary>Where it listens, such as <c>http://127.0.0.1:9000</c>; null for what the vendor's variables and profiles say.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Bytes of a part; an object of no more is written in one piece. Stores require 5 MiB or more.</summary>
    public long PartBytes { get; init; } = 16 << 20;

    /// <summary>Attempts at one request, and at going on with one download that brings nothing.</summary>
    public int Attempts { get; init; } = 10;

    /// <summary>For an answer to begin, and for each further piece of it.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest pause before the next attempt at a download.</summary>
    public TimeSpan MostPause { get; init; } = TimeSpan.FromSeconds(10);
}
