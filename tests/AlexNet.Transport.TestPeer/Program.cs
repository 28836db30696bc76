// A worker that does nothing but all-reduce, for the tests that kill it.
//   AlexNet.Transport.TestPeer RANK FLOATS STEPS DEADLINE_SECONDS
// It writes `port N`, reads one line with every peer's address, writes `step N` after each sum, and ends with `done` or `lost MESSAGE`.
using System.Net;
using System.Runtime.InteropServices;
using AlexNet.Core.Collectives;
using AlexNet.Core.Plans;
using AlexNet.Core.Topology;
using AlexNet.Transport;
using AlexNet.Transport.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

int rank = int.Parse(args[0]);
int floats = int.Parse(args[1]);
int steps = int.Parse(args[2]);
TimeSpan deadline = TimeSpan.FromSeconds(int.Parse(args[3]));

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.Services.AddPeerTransport();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.ConfigurePeerTransport();
    kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
});
await using WebApplication app = builder.Build();
app.MapPeerTransport();
await app.StartAsync();
Console.WriteLine($"port {new Uri(app.Urls.First()).Port}");

string[] addresses = (Console.ReadLine() ?? "").Split(' ');
RunTopology topology = new(addresses.Length, 1);
Member[] members =
    [.. addresses.Select((a, r) => new Member(r, topology.SlotOf(r), $"w{r}", "localhost", r == rank ? Environment.ProcessId : 0, a))];
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
    float* values = (float*)NativeMemory.AlignedAlloc((nuint)floats * sizeof(float), 64);
    new Span<float>(values, floats).Fill(1);
    for (int step = 0; step < steps; step++)
    {
        group.AllReduce(new(OperationKind.Reduce, step), new((nint)values, floats, ElementType.Float32)).Wait();
        Console.WriteLine($"step {step}");
    }

    NativeMemory.AlignedFree(values);
}
