using Grpc.AspNetCore.Server.Model;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.Hosting;

/// <summary>Binds the service's one method by hand, because the generated binding would bring the generated marshaller.</summary>
internal sealed class PeerMethodProvider : IServiceMethodProvider<PeerService>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<PeerService> context) =>
        context.AddDuplexStreamingMethod(PeerMethod.Link, [], (service, requests, responses, call) =>
            service.Router.RouteAsync(requests, responses, call)
        );
}
