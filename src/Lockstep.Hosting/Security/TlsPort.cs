using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Lockstep.Hosting.Security;

/// <summary>Mutual TLS of a port: who has no certificate of one of the roles gets no further than the handshake.</summary>
/// <param name="identity">What this process shows.</param>
/// <param name="roles">Who may connect.</param>
/// <param name="refusals">Receives the reasons for refusals.</param>
public sealed class TlsPort(TlsIdentity identity, IReadOnlyCollection<string> roles, RefusalLog refusals)
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);

    public void Attach(ListenOptions listen) =>
        listen.UseHttps(
            new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = HandshakeTimeout,
                OnConnection = context =>
                    ValueTask.FromResult(identity.Answer(roles, problem => refusals.Add(context.Connection.RemoteEndPoint, problem))),
            }
        );
}
