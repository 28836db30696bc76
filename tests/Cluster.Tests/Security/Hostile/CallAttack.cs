using AlexNet.Testing;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Lockstep.Hosting;
using Lockstep.Hosting.Security;
using Lockstep.Protocol.V1;

namespace Cluster.Tests.Security.Hostile;

/// <summary>
/// Calls of somebody who has the run's join token and speaks gRPC well, with messages that are damaged or say what cannot be.
/// </summary>
internal sealed class CallAttack(GrpcChannel channel, string token, Random random)
{
    private const int MessagesOfASession = 20,
        MostNoise = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly Marshaller<byte[]> Raw = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);

    private int _session;

    /// <summary>Sends so many messages to all methods of the coordinator; returns when all are answered.</summary>
    /// <param name="count">How many.</param>
    /// <param name="generation">That in force.</param>
    /// <param name="member">A worker whose place it tries to take.</param>
    public async Task CoordinatorAsync(int count, long generation, (string Id, int ProcessId) member)
    {
        for (int sent = 0; sent < count; )
        {
            switch (random.Next(6))
            {
                case 0:
                    sent += await CallAsync("Coordinator", "Drain", [Mutation.Noise(random, MostNoise)]);
                    break;
                case 1:
                    sent += await CallAsync("Coordinator", "Watch", [Mutation.Noise(random, MostNoise)]);
                    break;
                case 2:
                    var read = new ReadFileRequest
                    {
                        Step = random.Next(-1, 3),
                        Name = random.Next(2) == 0 ? "../recipe.json" : "manifest.json",
                    };
                    sent += await CallAsync("Coordinator", "ReadFile", [Mutation.Of(random, read.ToByteArray())]);
                    break;
                case 3:
                    var part = new SaveFilePart
                    {
                        Generation = random.Next(4),
                        Step = random.Next(-2, 3),
                        Name = "../../x.safetensors",
                        Content = ByteString.CopyFrom(Mutation.Noise(random, MostNoise)),
                    };
                    sent += await CallAsync("Coordinator", "SaveFile", [part.ToByteArray(), Mutation.Of(random, part.ToByteArray())]);
                    break;
                case 4:
                    sent += await SessionAsync(Impostor(generation, member), []);
                    break;
                default:
                    sent += await SessionAsync(Newcomer(), [.. Enumerable.Range(0, MessagesOfASession).Select(_ => Mutated(generation))]);
                    break;
            }
        }
    }

    /// <summary>Sends so many messages to a worker's service for other workers.</summary>
    public async Task PeerAsync(int count, string runId, long generation)
    {
        for (int sent = 0; sent < count; )
        {
            byte[] hello = ProtoBytes.Hello(runId, generation, random.Next(-1, 3), random.Next(2) == 0 ? "guess" : token);
            byte[] chunk = ProtoBytes.Chunk(generation, random.Next(100), random.Next(8), Mutation.Noise(random, MostNoise));
            byte[][] messages = random.Next(3) switch
            {
                0 => [hello, chunk],
                1 => [Mutation.Of(random, hello), Mutation.Of(random, chunk)],
                _ => [Mutation.Noise(random, MostNoise), chunk],
            };
            sent += await CallAsync("Peer", "Link", messages);
        }
    }

    /// <summary>Sends messages of any bytes in one call, and hears how it ends; returns how many were sent.</summary>
    private async Task<int> CallAsync(string service, string name, byte[][] messages)
    {
        // to the wire a method of any kind is a stream of messages each way
        var duplex = new Method<byte[], byte[]>(MethodType.DuplexStreaming, $"lockstep.v1.{service}", name, Raw, Raw);
        using var patience = new CancellationTokenSource(Patience);
        using var call = channel
            .CreateCallInvoker()
            .AsyncDuplexStreamingCall(duplex, null, new CallOptions(cancellationToken: patience.Token));
        await ToItsEndAsync(call, messages);
        return messages.Length;
    }

    private async Task<int> SessionAsync(Join join, byte[][] messages)
    {
        var work = new Method<byte[], byte[]>(MethodType.DuplexStreaming, "lockstep.v1.Coordinator", "Work", Raw, Raw);
        using var patience = new CancellationTokenSource(Patience);
        using var call = channel
            .CreateCallInvoker()
            .AsyncDuplexStreamingCall(work, null, new CallOptions(cancellationToken: patience.Token));
        try
        {
            var answer = JoinProof.Answer(join, await call.ResponseHeadersAsync, token, peerToken: "");
            await ToItsEndAsync(call, [new WorkerMessage { Join = answer }.ToByteArray(), .. messages]);
        }
        catch (RpcException)
        {
            // refused, as it should be
        }
        return messages.Length + 1;
    }

    private static async Task ToItsEndAsync(AsyncDuplexStreamingCall<byte[], byte[]> call, byte[][] messages)
    {
        try
        {
            foreach (byte[] message in messages)
                await call.RequestStream.WriteAsync(message);
            await call.RequestStream.CompleteAsync();
            while (await call.ResponseStream.MoveNext())
            {
                // whatever it says
            }
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or OperationCanceledException or IOException)
        {
            // refused, or waited for longer than this one is willing to
        }
    }

    /// <summary>A join that lets a worker in, or one that nearly does.</summary>
    private Join Newcomer()
    {
        var join = LockedCoordinator.NewJoin($"hostile-{_session++}");
        switch (random.Next(6))
        {
            case 0:
                join.WorkerId = "forged\n00:00:00.000 info: Run is Finished";
                break;
            case 1:
                join.Host = new string('h', random.Next(100_000));
                break;
            case 2:
                (join.ProcessId, join.Applied, join.Rank) = (-1, long.MinValue, int.MaxValue);
                break;
            case 3:
                join.PeerAddress = "not an address";
                break;
        }
        return join;
    }

    private static Join Impostor(long generation, (string Id, int ProcessId) member)
    {
        var join = LockedCoordinator.NewJoin(member.Id);
        (join.Generation, join.ProcessId) = (generation, member.ProcessId);
        join.Loaded = new Loaded
        {
            Fingerprint = "x",
            TrainSamples = 1,
            TestSamples = 1,
        };
        return join;
    }

    private byte[] Mutated(long generation)
    {
        double number = new[] { double.NaN, double.PositiveInfinity, -1, 1e300, 0 }[random.Next(5)];
        long whole = new[] { long.MinValue, -1, 0, 1, long.MaxValue }[random.Next(5)];
        WorkerMessage message = random.Next(10) switch
        {
            0 => new()
            {
                Step = new StepReport
                {
                    Step = whole,
                    Loss = number,
                    Rate = number,
                },
            },
            1 => new()
            {
                Step = new StepReport
                {
                    Step = 1,
                    Phases = new Phases { Total = number },
                    Loss = number,
                    Samples = -1,
                },
            },
            2 => new()
            {
                Evaluation = new EvaluationReport { Step = whole, Metrics = { Measured.Of(number, 2, 0.5).ToWire() } },
            },
            3 => new()
            {
                Ready = new Ready { Parameters = whole, Transports = { (Link.Types.Transport)17 } },
            },
            4 => new()
            {
                Saved = new Saved
                {
                    Step = whole,
                    Files =
                    {
                        new SavedFile { Name = "../x", Bytes = -1 },
                    },
                },
            },
            5 => new()
            {
                Stopped = new Stopped
                {
                    LostRank = random.Next(-5, 5),
                    Applied = whole,
                    Message = "\u001b[2J",
                },
            },
            6 => new()
            {
                Loaded = new Loaded
                {
                    Fingerprint = "other data",
                    TrainSamples = int.MaxValue,
                    ClassNames = { "forged" },
                },
            },
            7 => new() { Finished = new Finished { Steps = whole } },
            8 => new() { Drained = new Drained { Step = 1 } },
            _ => new()
            {
                Failed = new Failed
                {
                    Message = "all is lost",
                    Fatal = true,
                    ExitCode = 2,
                },
            },
        };
        message.Generation = random.Next(2) == 0 ? generation : whole;
        return random.Next(2) == 0 ? message.ToByteArray() : Mutation.Of(random, message.ToByteArray());
    }
}
