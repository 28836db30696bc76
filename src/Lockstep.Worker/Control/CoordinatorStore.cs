using Google.Protobuf;
using Grpc.Core;
using Lockstep.Core.Errors;
using Lockstep.Hosting.Security;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Worker.Control;

/// <summary>Checkpoints of a worker that shares no directory with the coordinator: their files travel over gRPC.</summary>
internal sealed class CoordinatorStore(Uri coordinator, ControlAccess access, long generation, long step) : ICheckpointTarget
{
    private const int PartBytes = 1 << 20;

    public ManifestFile Write(string name, Action<Stream> content)
    {
        using var channel = ControlChannel.To(coordinator, access);
        using var call = new Protocol.V1.Coordinator.CoordinatorClient(channel).SaveFile();
        try
        {
            using var hashing = new HashingStream(new PartStream(call.RequestStream, generation, step, name));
            content(hashing);
            call.RequestStream.CompleteAsync().GetAwaiter().GetResult();
            var kept = call.ResponseAsync.GetAwaiter().GetResult();
            var sent = hashing.ToManifestFile(name);
            return kept.Sha256 == sent.Sha256
                ? sent
                : throw new IOException(
                    $"file '{name}' of step {step} arrived at the coordinator with other bytes (SHA-256 {kept.Sha256}) than were sent "
                        + $"({sent.Sha256})."
                );
        }
        catch (RpcException e)
        {
            throw new IOException($"file '{name}' of step {step} could not be sent to the coordinator: {e.Status.Detail}", e);
        }
    }

    /// <summary>Fetches a checkpoint into a directory of this machine.</summary>
    /// <exception cref="BadInputException">The coordinator does not have it.</exception>
    public static async Task FetchAsync(Uri coordinator, ControlAccess access, long step, string directory, CancellationToken cancellation)
    {
        Directory.CreateDirectory(directory);
        using var channel = ControlChannel.To(coordinator, access);
        var client = new Protocol.V1.Coordinator.CoordinatorClient(channel);
        try
        {
            await FetchAsync(client, step, CheckpointFiles.Manifest, directory, cancellation);
            foreach (var file in Manifest.Read(directory).Files)
                await FetchAsync(client, step, file.Name, directory, cancellation);
        }
        catch (RpcException e)
        {
            throw new BadInputException($"the checkpoint of step {step} could not be fetched from the coordinator: {e.Status.Detail}");
        }
    }

    private static async Task FetchAsync(
        Protocol.V1.Coordinator.CoordinatorClient client,
        long step,
        string name,
        string directory,
        CancellationToken cancellation
    )
    {
        using var call = client.ReadFile(new ReadFileRequest { Step = step, Name = name }, cancellationToken: cancellation);
        await using var file = File.Create(Path.Combine(directory, name));
        await foreach (var part in call.ResponseStream.ReadAllAsync(cancellation))
            await file.WriteAsync(part.Content.Memory, cancellation);
    }

    /// <summary>Sends what is written to it, in parts; used by one thread, which waits for each part to leave.</summary>
    private sealed class PartStream(IClientStreamWriter<SaveFilePart> parts, long generation, long step, string name) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (buffer.Length > 0)
            {
                int length = Math.Min(buffer.Length, PartBytes);
                var part = new SaveFilePart
                {
                    Generation = generation,
                    Step = step,
                    Name = name,
                    Content = ByteString.CopyFrom(buffer[..length]),
                };
                parts.WriteAsync(part).GetAwaiter().GetResult();
                buffer = buffer[length..];
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
