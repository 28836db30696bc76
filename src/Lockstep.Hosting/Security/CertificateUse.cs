using System.Security.Cryptography;

namespace Lockstep.Hosting.Security;

/// <summary>What a certificate may be made for: answering connections, or opening them.</summary>
public static class CertificateUse
{
    /// <summary>serverAuth of RFC 5280: whoever answers shows it.</summary>
    public static Oid Answering => new("1.3.6.1.5.5.7.3.1");

    /// <summary>clientAuth of RFC 5280: whoever opens a connection shows it.</summary>
    public static Oid Opening => new("1.3.6.1.5.5.7.3.2");

    /// <summary>What every certificate of a role must be made for; a worker's must do for both.</summary>
    public static Oid OfOwn(string role) => role == Roles.Operator ? Opening : Answering;
}
