using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Cluster.Tests.Security;

/// <summary>Opens TLS connections that trust any server, with any certificate or none.</summary>
internal static class AnyClient
{
    /// <summary>A handler for a gRPC channel that shows this certificate.</summary>
    public static SocketsHttpHandler Showing(X509Certificate2? certificate) =>
        new() { SslOptions = Options(certificate), UseProxy = false };

    /// <summary>Shakes hands with a port; returns the stream and the serial number of the certificate that the port showed.</summary>
    public static async Task<(SslStream Stream, string Serial)> ConnectAsync(
        Uri address,
        X509Certificate2? certificate,
        CancellationToken cancellation
    )
    {
        var tcp = new System.Net.Sockets.TcpClient();
        await tcp.ConnectAsync(address.Host, address.Port, cancellation);
        var stream = new SslStream(tcp.GetStream());
        var options = Options(certificate);
        options.ApplicationProtocols = [SslApplicationProtocol.Http2];
        await stream.AuthenticateAsClientAsync(options, cancellation);
        return (stream, (stream.RemoteCertificate as X509Certificate2)?.SerialNumber ?? "");
    }

    private static SslClientAuthenticationOptions Options(X509Certificate2? certificate) =>
        new()
        {
            TargetHost = "localhost",
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        };
}
