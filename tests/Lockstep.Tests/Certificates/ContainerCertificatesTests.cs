using AlexNet.Testing;
using Lockstep.Certificates;
using Lockstep.Hosting.Security;

namespace Lockstep.Tests.Certificates;

public sealed class ContainerCertificatesTests : IDisposable
{
    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    private readonly TemporaryFolder _folder = new();

    /// <summary>The containers' user may read everything that is mounted, and nobody else may come to it.</summary>
    [Fact]
    public void Copy_EveryRole_IsReadableInAContainerAndClosedToTheMachine()
    {
        var folder = Certificates();
        foreach (string role in ContainerCertificates.InContainers)
        {
            string own = ContainerCertificates.Copy(folder, role);
            Assert.Equal(Path.Combine(folder.Path, role), own);
            Assert.True(File.GetUnixFileMode(own).HasFlag(UnixFileMode.OtherRead | UnixFileMode.OtherExecute));
            Assert.Equal(["ca.crt", "tls.crt", "tls.key"], Directory.GetFiles(own).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.All(Directory.GetFiles(own), file => Assert.True(File.GetUnixFileMode(file).HasFlag(UnixFileMode.OtherRead), file));
            TlsFiles mounted = new(Path.Combine(own, "tls.crt"), Path.Combine(own, "tls.key"), Path.Combine(own, "ca.crt"));
            _ = new TlsIdentity(mounted, role); // throws where they do not belong together
        }

        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(folder.Path) & OfOthers);
    }

    [Fact]
    public void Copy_Again_TakesTheRenewedCertificate()
    {
        var folder = Certificates();
        string own = ContainerCertificates.Copy(folder, Roles.Worker);
        string before = File.ReadAllText(Path.Combine(own, "tls.crt"));
        Issue(folder, Roles.Worker);
        ContainerCertificates.Copy(folder, Roles.Worker);
        Assert.NotEqual(before, File.ReadAllText(Path.Combine(own, "tls.crt")));
        Assert.Equal(File.ReadAllText(folder.Worker.Certificate), File.ReadAllText(Path.Combine(own, "tls.crt")));
    }

    [Fact]
    public void Services_AreThoseOfTheComposeFile()
    {
        string compose = File.ReadAllText(Checkout.PathOf("deploy/docker-compose.yml"));
        Assert.All(ContainerCertificates.InContainers.SelectMany(ContainerCertificates.ServicesOf), service =>
            Assert.Contains($"\n  {service}:", compose, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("\n  worker-4:", compose, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private CertificateFolder Certificates()
    {
        var folder = new CertificateFolder(Directory.CreateDirectory(_folder["certs"]).FullName);
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        foreach (string role in ContainerCertificates.InContainers)
            Issue(folder, role);
        return folder;
    }

    private static void Issue(CertificateFolder folder, string role)
    {
        using var authority = DevelopmentAuthority.Open(folder, TimeProvider.System);
        authority
            .Issue(role, ["localhost", .. ContainerCertificates.ServicesOf(role)], TimeSpan.FromDays(1), TimeProvider.System)
            .Dispose();
    }
}
