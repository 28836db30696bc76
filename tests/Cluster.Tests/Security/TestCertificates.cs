using System.Security.Cryptography.X509Certificates;
using Lockstep.Certificates;
using Lockstep.Hosting.Security;

namespace Cluster.Tests.Security;

/// <summary>
/// A directory of certificates as <c>alexnet certs</c> makes them, and certificates of other kinds by the same authority.
/// </summary>
internal sealed class TestCertificates
{
    private static readonly string[] Hosts = ["localhost", "127.0.0.1", "::1"];

    private readonly DevelopmentAuthority _authority;

    public TestCertificates(string directory)
    {
        Folder = new CertificateFolder(Directory.CreateDirectory(directory).FullName);
        _authority = DevelopmentAuthority.Open(Folder, TimeProvider.System);
        foreach (string role in Roles.All)
            Renew(role);
    }

    public CertificateFolder Folder { get; }

    /// <summary>PEM of the authority.</summary>
    public string Authority => File.ReadAllText(Folder.Authority);

    /// <summary>Makes a role's certificate anew, in its files; returns its serial number.</summary>
    public string Renew(string role)
    {
        using var made = _authority.Issue(role, Hosts, TimeSpan.FromDays(1), TimeProvider.System);
        return made.SerialNumber;
    }

    /// <summary>A certificate with its key, in files of their own name.</summary>
    public X509Certificate2 Make(string role, TimeSpan from, TimeSpan until)
    {
        var now = TimeProvider.System.GetUtcNow();
        var files = Folder.Of(role);
        _authority.Issue(role, Hosts, now + from, now + until).Dispose();
        return Read(files);
    }

    /// <summary>The certificate of a role, with its key.</summary>
    public X509Certificate2 Of(string role) => Read(Folder.Of(role));

    private static X509Certificate2 Read(TlsFiles files) => X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
}
