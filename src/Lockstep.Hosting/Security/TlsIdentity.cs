using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Lockstep.Core.Errors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lockstep.Hosting.Security;

/// <summary>
/// A process's side of mutual TLS. Every handshake uses what the files hold at that moment, so that certificates are rotated without a
/// restart; connections that stand go on. Files that do not fit each other, as between the renewal of a certificate and that of its key,
/// change nothing: what was read before stays in use.
/// </summary>
public sealed partial class TlsIdentity
{
    private readonly TlsFiles _files;
    private readonly string _role;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private TlsMaterial _material;
    private string? _problem; // told, and not solved yet

    /// <param name="files">Where certificate, key and authority are.</param>
    /// <param name="role">What the certificate must name.</param>
    /// <param name="log">Where renewals are told; nowhere when null.</param>
    /// <exception cref="BadInputException">The files cannot be used.</exception>
    public TlsIdentity(TlsFiles files, string role, ILogger<TlsIdentity>? log = null)
    {
        (_files, _role, _log) = (files, role, log ?? NullLogger<TlsIdentity>.Instance);
        _material = TlsMaterial.Load(files, role);
    }

    /// <summary>How a connection that comes in is answered.</summary>
    /// <param name="roles">Those of which the caller's certificate must name one.</param>
    /// <param name="refused">Receives the reason why a caller is turned away; the caller does not.</param>
    internal SslServerAuthenticationOptions Answer(IReadOnlyCollection<string> roles, Action<string> refused)
    {
        var material = Current();
        return new()
        {
            ServerCertificateContext = material.Context,
            ClientCertificateRequired = true,
            CertificateChainPolicy = material.Policy(CertificateUse.Opening),
            EnabledSslProtocols = SslProtocols.Tls13,
            AllowTlsResume = false, // a resumed session would not look at certificates again
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                if (CertificateProblem.OfPeer(certificate, chain, errors, roles, host: null) is not { } problem)
                    return true;
                refused(problem);
                return false;
            },
        };
    }

    /// <summary>Opens a connection to a process of a role; for <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> ConnectTo(string role) =>
        (context, cancellation) => OpenAsync(context.DnsEndPoint, role, cancellation);

    private async ValueTask<Stream> OpenAsync(System.Net.DnsEndPoint address, string role, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        SslStream? stream = null;
        string? problem = null;
        try
        {
            await socket.ConnectAsync(address, cancellation);
            stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await stream.AuthenticateAsClientAsync(Open(address.Host, role, found => problem = found), cancellation);
            return stream;
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (stream is not null)
                await stream.DisposeAsync();
            if (problem is not null)
                throw new AuthenticationException($"{address.Host}:{address.Port} is not trusted: {problem}", e);
            throw;
        }
    }

    private SslClientAuthenticationOptions Open(string host, string role, Action<string> refused)
    {
        var material = Current();
        return new()
        {
            TargetHost = host,
            ClientCertificateContext = material.Context,
            CertificateChainPolicy = material.Policy(CertificateUse.Answering),
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            AllowTlsResume = false,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                if (CertificateProblem.OfPeer(certificate, chain, errors, [role], host) is not { } problem)
                    return true;
                refused(problem);
                return false;
            },
        };
    }

    private TlsMaterial Current()
    {
        lock (_gate)
        {
            try
            {
                var fresh = _material.Refresh(_files, _role);
                if (fresh != _material)
                    LogRenewed(_log, _files.Certificate, fresh.Certificate.NotAfter);
                (_material, _problem) = (fresh, null);
            }
            catch (BadInputException e)
            {
                if (_problem != e.Message)
                    LogNotRenewed(_log, e.Message);
                _problem = e.Message;
            }
            return _material;
        }
    }

    [LoggerMessage(LogLevel.Information, "Certificate '{File}' was renewed and is used from now on; it is valid until {End}")]
    private static partial void LogRenewed(ILogger logger, string file, DateTime end);

    [LoggerMessage(LogLevel.Warning, "The previous certificate stays in use: {Reason}")]
    private static partial void LogNotRenewed(ILogger logger, string reason);
}
