namespace Lockstep.Transport.SharedMemory;

/// <summary>What one side of a pair tells the other over the doorbell.</summary>
internal enum DoorbellKind : long
{
    /// <summary>Nothing has come.</summary>
    None,

    /// <summary>The first frame: who rings, with the nonce that it read, and the file of the pair.</summary>
    Greeting,

    /// <summary>There is something to read, or room to write.</summary>
    Wake,

    /// <summary>A block of the arena and its file.</summary>
    File,

    /// <summary>Nothing more comes, in a friendly way.</summary>
    End,

    /// <summary>Why this side ends the pair: a gRPC status code and a text.</summary>
    Farewell,
}

/// <param name="Kind">What it says.</param>
/// <param name="Number">The rank, the block's number or the status code.</param>
/// <param name="Length">Length of the file or of the text, in bytes.</param>
internal readonly record struct DoorbellFrame(DoorbellKind Kind, long Number = 0, long Length = 0);
