using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Lockstep.Core.Errors;
using Lockstep.Core.Runs;
using Lockstep.Storage.Files;

namespace Lockstep.Hosting.Security;

/// <summary>
/// What the files of <see cref="TlsFiles"/> held when they were read last: a certificate with its key, and the authorities.
/// </summary>
internal sealed class TlsMaterial
{
    private readonly byte[][] _contents;
    private readonly X509Certificate2Collection _authorities;

    private TlsMaterial(
        byte[][] contents,
        X509Certificate2 certificate,
        X509Certificate2Collection between,
        X509Certificate2Collection authorities
    )
    {
        (_contents, Certificate, _authorities) = (contents, certificate, authorities);
        Context = SslStreamCertificateContext.Create(certificate, between, offline: true);
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate with those between it and the authority, as they are shown to the other side.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <exception cref="BadInputException">A file cannot be read, or they do not fit each other or the role; the message says what to
    /// do.</exception>
    public static TlsMaterial Load(TlsFiles files, string role) => Load(files, role, [.. Paths(files).Select(Read)]);

    /// <summary>Reads the files again; this very object where none has changed.</summary>
    /// <exception cref="BadInputException">As for <see cref="Load(TlsFiles, string)"/>.</exception>
    public TlsMaterial Refresh(TlsFiles files, string role)
    {
        // contents and not times: a mounted secret is a link whose own time never changes
        byte[][] contents = [.. Paths(files).Select(Read)];
        return contents.Zip(_contents).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)) ? this : Load(files, role, contents);
    }

    /// <summary>
    /// How the other side's certificate is checked: against these authorities and no others, and without asking the network.
    /// </summary>
    /// <param name="use">What it must be made for.</param>
    public X509ChainPolicy Policy(Oid use)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_authorities);
        policy.ApplicationPolicy.Add(use);
        return policy;
    }

    private static string[] Paths(TlsFiles files) => [files.Certificate, files.Key, files.Authority];

    private static byte[] Read(string path)
    {
        try
        {
            return InputFile.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(
                $"TLS file '{path}' cannot be read: {e.Message} Give PEM files that this user may read; "
                    + $"'{RunHints.Program} certs' makes some."
            );
        }
    }

    private static TlsMaterial Load(TlsFiles files, string role, byte[][] contents)
    {
        var shown = Parse(files.Certificate, pem => Certificates(pem), contents[0]);
        var authorities = Parse(files.Authority, pem => Certificates(pem), contents[2]);
        var own = Parse(files.Key, pem => X509Certificate2.CreateFromPem(shown[0].ExportCertificatePem(), pem), contents[1]);
        shown.RemoveAt(0);
        var material = new TlsMaterial(contents, own, shown, authorities);
        if (CertificateProblem.OfOwn(own, role, material.Policy(CertificateUse.OfOwn(role)), shown) is { } problem)
        {
            throw new BadInputException(
                $"certificate '{files.Certificate}' {problem} '{files.Authority}' is the authority that it is checked with."
            );
        }

        return material;
    }

    private static X509Certificate2Collection Certificates(string pem)
    {
        var found = new X509Certificate2Collection();
        found.ImportFromPem(pem);
        return found.Count > 0 ? found : throw new CryptographicException("It holds no certificate.");
    }

    private static T Parse<T>(string path, Func<string, T> parse, byte[] content)
    {
        try
        {
            return parse(Encoding.UTF8.GetString(content));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new BadInputException(
                $"TLS file '{path}' cannot be used: {e.Message} A certificate and the key that belongs to it are required, as PEM."
            );
        }
    }
}
