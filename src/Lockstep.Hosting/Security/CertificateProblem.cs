using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Lockstep.Hosting.Security;

/// <summary>Says in words why a certificate is not accepted.</summary>
internal static class CertificateProblem
{
    /// <summary>Why the other side's is not; null where it is.</summary>
    /// <param name="certificate">Null where it showed none.</param>
    /// <param name="chain">The chain from the certificate to our authorities.</param>
    /// <param name="errors">What .NET's own check found.</param>
    /// <param name="roles">Those of which one is required.</param>
    /// <param name="host">The name that it was called by; null for one that calls.</param>
    public static string? OfPeer(
        X509Certificate? certificate,
        X509Chain? chain,
        SslPolicyErrors errors,
        IReadOnlyCollection<string> roles,
        string? host
    )
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return "it showed no certificate";
        var shown = certificate as X509Certificate2 ?? X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            return $"its certificate ({shown.Subject}) {OfChain(shown, chain)}";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"its certificate ({shown.Subject}) is made out to {Names(shown)}, not to '{host}'";
        return OfRole(shown, roles) is { } problem ? $"its certificate ({shown.Subject}) {problem}" : null;
    }

    /// <summary>
    /// Why this process's own is not, so that it is told at the start and not by the first that refuses it; null where it is.
    /// </summary>
    public static string? OfOwn(X509Certificate2 certificate, string role, X509ChainPolicy policy, X509Certificate2Collection between)
    {
        using var chain = new X509Chain { ChainPolicy = policy };
        policy.ExtraStore.AddRange(between);
        return (chain.Build(certificate) ? OfRole(certificate, [role]) : OfChain(certificate, chain)) is { } problem ? problem + "." : null;
    }

    private static string? OfRole(X509Certificate2 certificate, IReadOnlyCollection<string> roles) =>
        Roles.Of(certificate) switch
        {
            null => $"names no role; OU={string.Join(" or OU=", roles)} is required",
            var role when !roles.Contains(role) => $"is of the role {role}; {string.Join(" or ", roles)} is required",
            _ => null,
        };

    private static string OfChain(X509Certificate2 certificate, X509Chain? chain)
    {
        var flags = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        if (flags.HasFlag(X509ChainStatusFlags.PartialChain) || flags.HasFlag(X509ChainStatusFlags.UntrustedRoot))
            return $"was issued by an authority that is not trusted here ({certificate.Issuer})";
        if (flags.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            return chain?.ChainElements.Select(e => e.Certificate).FirstOrDefault(IsOutOfTime) is { } late && !late.Equals(certificate)
                ? $"was issued by an authority whose own ({late.Subject}) {OfTime(late)}"
                : OfTime(certificate);
        }

        if (flags.HasFlag(X509ChainStatusFlags.NotValidForUsage))
            return "is not made for this side of a connection (extended key usage)";
        return $"is not valid: {string.Join("; ", (chain?.ChainStatus ?? []).Select(s => s.StatusInformation))}";
    }

    private static bool IsOutOfTime(X509Certificate2 certificate) =>
        DateTime.Now < certificate.NotBefore || DateTime.Now > certificate.NotAfter;

    private static string OfTime(X509Certificate2 certificate) =>
        DateTime.Now < certificate.NotBefore
            ? $"is valid only from {Time(certificate.NotBefore)}"
            : $"expired at {Time(certificate.NotAfter)}";

    private static string Time(DateTime local) => local.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Names(X509Certificate2 certificate)
    {
        var alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        string[] names = alternatives is null
            ? []
            : [.. alternatives.EnumerateDnsNames(), .. alternatives.EnumerateIPAddresses().Select(a => a.ToString())];
        return names.Length > 0 ? string.Join(", ", names) : "no name";
    }
}
