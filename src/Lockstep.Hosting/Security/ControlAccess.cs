namespace Lockstep.Hosting.Security;

/// <summary>With what a process calls its coordinator.</summary>
/// <param name="Token">The run's join token for a worker, the operator's for the command line; null where the certificate is
/// enough.</param>
/// <param name="Tls">Its certificate; null where the coordinator is called without TLS.</param>
public sealed record ControlAccess(string? Token, TlsIdentity? Tls = null);
