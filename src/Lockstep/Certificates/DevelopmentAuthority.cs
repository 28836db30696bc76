using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Lockstep.Core.Errors;
using Lockstep.Hosting.Security;
using Lockstep.Storage.Files;

namespace Lockstep.Certificates;

/// <summary>
/// An authority of our own, for a cluster that has none: ECDSA on P-256, certificates of one role each, good for connections and nothing
/// else. Its files belong to one user and are replaced whole, so that processes may read them while they are renewed.
/// </summary>
internal sealed class DevelopmentAuthority : IDisposable
{
    private const string Organisation = "alexnet";
    private const int SerialBytes = 16;
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5),
        OwnLifetime = TimeSpan.FromDays(3650);

    private readonly CertificateFolder _folder;

    private DevelopmentAuthority(CertificateFolder folder, X509Certificate2 certificate, bool isNew) =>
        (_folder, Certificate, IsNew) = (folder, certificate, isNew);

    /// <summary>The authority's own, with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Whether it was made just now.</summary>
    public bool IsNew { get; }

    /// <summary>The authority of a directory; a new one where there is none.</summary>
    /// <exception cref="BadInputException">There is one that cannot be used.</exception>
    public static DevelopmentAuthority Open(CertificateFolder folder, TimeProvider time)
    {
        if (!File.Exists(folder.AuthorityKey))
            return Create(folder, time.GetUtcNow());
        try
        {
            return new DevelopmentAuthority(
                folder,
                X509Certificate2.CreateFromPemFile(folder.Authority, folder.AuthorityKey),
                isNew: false
            );
        }
        catch (Exception e) when (e is CryptographicException or IOException)
        {
            throw new BadInputException(
                $"authority '{folder.AuthorityKey}' cannot be used: {e.Message} Put its files back, or give another directory for a new "
                    + "one."
            );
        }
    }

    /// <summary>Makes a certificate and its key, and puts both into the directory.</summary>
    /// <param name="role">What it names.</param>
    /// <param name="hosts">Names and addresses that it is made out to.</param>
    /// <param name="from">When it begins to be valid.</param>
    /// <param name="until">When it ends; at most when the authority does.</param>
    public X509Certificate2 Issue(string role, IReadOnlyCollection<string> hosts, DateTimeOffset from, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(role, key, Uses(role));
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: false,
                hasPathLengthConstraint: false,
                pathLengthConstraint: 0,
                critical: true
            )
        );
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
                Certificate,
                includeKeyIdentifier: true,
                includeIssuerAndSerial: false
            )
        );
        if (hosts.Count > 0)
            request.CertificateExtensions.Add(Names(hosts));
        var end = until < Certificate.NotAfter ? until : Certificate.NotAfter;
        var certificate = request.Create(Certificate, from, end, RandomNumberGenerator.GetBytes(SerialBytes));
        var files = _folder.Of(role);
        // the certificate last: a process that reads between the two finds that they do not fit, and keeps what it has
        PrivateFile.Write(files.Key, key.ExportPkcs8PrivateKeyPem());
        PrivateFile.Write(files.Certificate, certificate.ExportCertificatePem());
        return certificate;
    }

    /// <summary>The same, valid from now on; and a little earlier, for machines whose clocks are behind.</summary>
    public X509Certificate2 Issue(string role, IReadOnlyCollection<string> hosts, TimeSpan lifetime, TimeProvider time) =>
        Issue(role, hosts, time.GetUtcNow() - ClockSkew, time.GetUtcNow() + lifetime);

    /// <summary>Whether a text can be one of a certificate's names: an address, a name, or <c>*.</c> and a name.</summary>
    public static bool IsHost(string text) =>
        IPAddress.TryParse(text, out _)
        || Uri.CheckHostName(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text) == UriHostNameType.Dns;

    public void Dispose() => Certificate.Dispose();

    private static DevelopmentAuthority Create(CertificateFolder folder, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string number = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var request = new CertificateRequest($"CN=development authority {number}, O={Organisation}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: true,
                hasPathLengthConstraint: true,
                pathLengthConstraint: 0,
                critical: true
            )
        );
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true)
        );
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var certificate = request.CreateSelfSigned(now - ClockSkew, now + OwnLifetime);
        PrivateFile.Write(folder.AuthorityKey, key.ExportPkcs8PrivateKeyPem());
        PrivateFile.Write(folder.Authority, certificate.ExportCertificatePem());
        return new DevelopmentAuthority(folder, certificate, isNew: true);
    }

    private static CertificateRequest Request(string role, ECDsa key, OidCollection uses)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(role);
        subject.AddOrganizationalUnitName(role);
        subject.AddOrganizationName(Organisation);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, critical: true));
        return request;
    }

    private static OidCollection Uses(string role) =>
        role switch
        {
            Roles.Coordinator => [CertificateUse.Answering],
            Roles.Worker => [CertificateUse.Answering, CertificateUse.Opening],
            _ => [CertificateUse.Opening],
        };

    private static X509Extension Names(IEnumerable<string> hosts)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (string host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
                names.AddIpAddress(address);
            else
                names.AddDnsName(host);
        }
        return names.Build();
    }
}
