// One process of the collectives benchmark; the first of them starts the others.
//   AlexNet.CollectivesBenchmark SIZE TRANSPORT MEMORY REPEATS     TRANSPORT: grpc or shm; MEMORY: lent or arena
// It prints one JSON line for each case: {"system", "processes", "case", "milliseconds": [...]}, the slowest member's time of each round.
using System.Net;
using AlexNet.CollectivesBenchmark;
using Lockstep.Core.Plans;
using Lockstep.Core.Topology;
using Lockstep.Transport;
using Lockstep.Transport.Hosting;
using Lockstep.Transport.Mesh;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

int size = int.Parse(args[0]);
bool known = PeerTransports.TryParse(args[1], out var transport);
bool arena = args[2] == "arena";
int repeats = int.Parse(args[3]);
int rank = args.Length > 4 ? int.Parse(args[4]) : 0;
if (!known)
{
    Console.Error.WriteLine($"transport '{args[1]}' was found; auto, grpc or shm is required");
    return 2;
}

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.Services.AddPeerTransport(options => options.Transport = transport);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.ConfigurePeerTransport();
    kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
});
await using var app = builder.Build();
app.MapPeerTransport();
await app.StartAsync();

using var siblings = Siblings.Start(rank == 0 ? size : 1, args);
string[] addresses = siblings.Exchange(rank, app.Urls.First());
RunTopology topology = new(size, 1);
Member[] members = [.. addresses.Select((a, r) => new Member(r, topology.SlotOf(r), $"w{r}", "localhost", 0, a))];
Plan plan = new("benchmark", 1, topology, members, 0, TimeSpan.FromSeconds(60));
await using PeerMesh mesh = new(plan, rank, "benchmark", app.Services.GetRequiredService<PeerRouter>());
await mesh.ConnectAsync(CancellationToken.None);
string system = arena ? $"{transport.Name()} in place" : transport.Name();
var measuring = Task.Factory.StartNew(() => new Cases(mesh, size, rank, arena, repeats, system).Run(), TaskCreationOptions.LongRunning);
await measuring;
siblings.WaitForAll();
return 0;
