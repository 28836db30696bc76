// A worker that does nothing but all-reduce, for the tests that kill it.
//   Lockstep.Transport.TestPeer RANK FLOATS STEPS DEADLINE_SECONDS TRANSPORT
// TRANSPORT: grpc, shm or arena (shm with the values in shared memory).
// It writes `port N`, reads one line with every peer's address, writes `step N` after each sum, and ends with `done` or `lost MESSAGE`.
using System.Net;
using System.Runtime.InteropServices;
using Lockstep.Core.Collectives;
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

int rank = int.Parse(args[0]);
int floats = int.Parse(args[1]);
int steps = int.Parse(args[2]);
var deadline = TimeSpan.FromSeconds(int.Parse(args[3]));
bool arena = args[4] == "arena";

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.Services.AddPeerTransport(options => options.Transport = args[4] == "grpc" ? PeerTransport.Grpc : PeerTransport.SharedMemory);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.ConfigurePeerTransport();
    kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
});
await using var app = builder.Build();
app.MapPeerTransport();
await app.StartAsync();
Console.WriteLine($"port {new Uri(app.Urls.First()).Port}");

string[] addresses = (Console.ReadLine() ?? "").Split(' ');
RunTopology topology = new(addresses.Length, 1);
Member[] members =
[
    .. addresses.Select((a, r) => new Member(r, topology.SlotOf(r), $"w{r}", "localhost", r == rank ? Environment.ProcessId : 0, a)),
];
Plan plan = new("test", 1, topology, members, 0, deadline);
await using PeerMesh mesh = new(plan, rank, "secret", app.Services.GetRequiredService<PeerRouter>());
try
{
    await mesh.ConnectAsync(CancellationToken.None);
    AllReduce(mesh.Group(topology.AllRanks));
    Console.WriteLine("done");
}
catch (PeerLostException e)
{
    Console.WriteLine($"lost {e.Message}");
}

unsafe void AllReduce(ICollectives group)
{
    nuint bytes = (nuint)floats * sizeof(float);
    using var block = arena ? mesh.Allocate((long)bytes) : null;
    float* values = block is null ? (float*)NativeMemory.AlignedAlloc(bytes, 64) : (float*)block.Address;
    new Span<float>(values, floats).Fill(1);
    for (int step = 0; step < steps; step++)
    {
        group.AllReduce(new(OperationKind.Reduce, step), new((nint)values, floats, ElementType.Float32)).Wait();
        Console.WriteLine($"step {step}");
    }

    if (block is null)
    {
        NativeMemory.AlignedFree(values);
    }
}
