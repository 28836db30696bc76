namespace Lockstep.Hosting.Ending;

/// <summary>What a signal asks of a program.</summary>
public enum EndRequest
{
    /// <summary>Nothing new: it is the same request as a moment ago.</summary>
    None,

    /// <summary>To end at the next step, with its state saved.</summary>
    InGoodOrder,

    /// <summary>To end now.</summary>
    AtOnce,
}
