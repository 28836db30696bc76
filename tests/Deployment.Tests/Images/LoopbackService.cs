using AlexNet.Testing;
using Deployment.Tests.Compose;

namespace Deployment.Tests.Images;

/// <summary>
/// A service of docker-compose on this machine: its variables, with host names turned into ports of the loopback address and volumes into
/// folders.
/// </summary>
/// <param name="Name">Its name to the others.</param>
/// <param name="Service">What docker-compose.yml says of it.</param>
/// <param name="Port">Its gRPC port; that for HTTP follows.</param>
internal sealed record LoopbackService(string Name, ComposeService Service, int Port)
{
    public int HttpPort => Port + 1;

    public string Target => Service.Build?.Target ?? "";

    /// <summary>The image's variables, then those that docker-compose sets.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Environment(
        IReadOnlyDictionary<string, string> image,
        IReadOnlyDictionary<string, string> user,
        IEnumerable<LoopbackService> all,
        TemporaryFolder volumes
    )
    {
        var environment = image.ToDictionary();
        foreach (var (name, value) in Service.Filled(user))
            environment[name] = value;
        string grpc = environment["ALEXNET_LISTEN"].Split(':')[^1];
        return environment.Select(variable => new KeyValuePair<string, string?>(
            variable.Key,
            variable.Key switch
            {
                "ALEXNET_LISTEN" => $"0.0.0.0:{Port}",
                "ALEXNET_HTTP_LISTEN" => $"127.0.0.1:{HttpPort}",
                "ALEXNET_ADVERTISE" => "127.0.0.1",
                "ALEXNET_COORDINATOR" => all.Aggregate(variable.Value, (url, s) =>
                    url.Replace($"{s.Name}:{grpc}", $"127.0.0.1:{s.Port}", StringComparison.Ordinal)
                ),
                "ALEXNET_RUN_DIR" => volumes[variable.Value.TrimStart('/')],
                _ => variable.Value,
            }
        ));
    }
}
