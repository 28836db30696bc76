namespace AlexNet.Testing.Storage;

/// <summary>What the proxy does to a request.</summary>
internal enum Fault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The connection breaks before the server hears of it.</summary>
    CutBefore,

    /// <summary>The server does it, and the connection breaks in the middle of the answer.</summary>
    CutAnswer,

    /// <summary>The answer stops in the middle, and the connection stays.</summary>
    Stall,

    /// <summary>503: the server asks for fewer requests.</summary>
    Busy,

    /// <summary>A bit of the answer's body is another.</summary>
    SpoilAnswer,

    /// <summary>A bit of the request's body is another.</summary>
    SpoilRequest,

    /// <summary>403: the credentials have expired.</summary>
    Expired,

    /// <summary>403: the credentials do not suffice.</summary>
    Denied,
}
