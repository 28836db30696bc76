using System.IO.Hashing;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Lockstep.Core.Plans;
using Lockstep.Protocol.V1;

namespace Lockstep.Transport.Tests.Cluster;

/// <summary>A peer made of the generated message class: it speaks the protocol of peer.proto, or breaks it.</summary>
internal sealed class RawStream : IDisposable
{
    private static readonly Method<byte[], Chunk> Link = new(
        MethodType.DuplexStreaming,
        "lockstep.v1.Peer",
        "Link",
        Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes),
        Marshallers.Create(chunk => chunk.ToByteArray(), bytes => Chunk.Parser.ParseFrom(bytes))
    );

    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<byte[], Chunk> _call;

    public RawStream(string address)
    {
        _channel = GrpcChannel.ForAddress(address);
        _call = _channel.CreateCallInvoker().AsyncDuplexStreamingCall(Link, null, default);
    }

    /// <summary>Opens the stream of a rank of the plan and hears the answer.</summary>
    public static async Task<RawStream> OpenAsync(Plan plan, int to, int from)
    {
        RawStream stream = new(plan.Members[to].PeerAddress);
        await stream.SendAsync(new Chunk { Hello = Hello(plan, from) });
        Assert.Equal(to, (await stream.ReadAsync())?.Hello.Rank);
        return stream;
    }

    public static Hello Hello(Plan plan, int from, string token = TestPlans.Token) =>
        new()
        {
            RunId = plan.RunId,
            Generation = plan.Generation,
            Rank = from,
            Token = token,
        };

    /// <summary>A header with the checksum of its payload.</summary>
    public static ChunkHeader Sealed(ChunkHeader header, ReadOnlySpan<byte> payload) =>
        new(header) { Checksum = (uint)XxHash3.HashToUInt64(payload) };

    public Task SendAsync(Chunk chunk) => SendRawAsync(chunk.ToByteArray());

    /// <summary>Sends any bytes in place of a message.</summary>
    public Task SendRawAsync(byte[] message) => _call.RequestStream.WriteAsync(message);

    /// <summary>Says that nothing more comes, and reads to the end, whatever it is.</summary>
    public async Task ReadToEndAsync()
    {
        try
        {
            await _call.RequestStream.CompleteAsync();
            while (await ReadAsync() is not null) { }
        }
        catch (RpcException)
        {
            // refused
        }
    }

    public Task SendAsync(ChunkHeader header, byte[] payload) =>
        SendAsync(new Chunk { Header = Sealed(header, payload), Payload = ByteString.CopyFrom(payload) });

    /// <summary>The next message, or null when the stream has ended well.</summary>
    public async Task<Chunk?> ReadAsync() => await _call.ResponseStream.MoveNext() ? _call.ResponseStream.Current : null;

    /// <summary>Reads to the end, which must be an error.</summary>
    public async Task<Status> ReadErrorAsync() =>
        (
            await Assert.ThrowsAsync<RpcException>(async () =>
            {
                while (await ReadAsync() is not null) { }
            })
        ).Status;

    public void Dispose()
    {
        _call.Dispose();
        _channel.Dispose();
    }
}
