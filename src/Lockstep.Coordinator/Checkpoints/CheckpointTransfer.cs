using Google.Protobuf;
using Grpc.Core;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Coordinator.Checkpoints;

/// <summary>Files of checkpoints, from and to workers that share no directory with the coordinator.</summary>
internal sealed class CheckpointTransfer(CoordinatorOptions options, CheckpointStore store)
{
    private const int PartBytes = 1 << 20;
    private const int MostUnfinished = 8; // checkpoints that a generation gathers at a time; workers are never so far apart

    /// <summary>Keeps a file that comes in parts, whole or not at all.</summary>
    /// <exception cref="RpcException">
    /// It is none of this run's checkpoint, is larger than that can be, is of one checkpoint too many, or the disk cannot keep it.
    /// </exception>
    public async Task<SavedFile> TakeAsync(SaveFilePart first, IAsyncStreamReader<SaveFilePart> parts, CancellationToken cancellation)
    {
        long most = CheckpointSize.MostBytes(options.Recipe, options.Topology, first.Name)
            ?? throw new RpcException(new Status(StatusCode.InvalidArgument, $"'{first.Name}' is no file of a checkpoint of this run."));
        string directory = CheckpointFiles.Unfinished(options.RunDirectory, first.Step, first.Generation);
        if (!Directory.Exists(directory) && store.Unfinished(first.Generation) is var open && open >= MostUnfinished)
        {
            throw new RpcException(
                new Status(
                    StatusCode.ResourceExhausted,
                    $"file '{first.Name}' of step {first.Step} came, while {open} checkpoints are unfinished; at most {MostUnfinished} can "
                        + "be."
                )
            );
        }

        var target = new CheckpointDirectory(directory);
        try
        {
            // files are written front to back by one thread, which waits for the parts
            var kept = await Task.Factory.StartNew(
                () => target.Write(first.Name, file => Copy(first, parts, file, most, cancellation)),
                cancellation,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
            return new SavedFile
            {
                Name = kept.Name,
                Bytes = kept.Bytes,
                Sha256 = kept.Sha256,
            };
        }
        catch (IOException e)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, e.Message));
        }
    }

    /// <summary>Sends a file of a whole checkpoint.</summary>
    /// <exception cref="RpcException">It is not there.</exception>
    public async Task GiveAsync(ReadFileRequest request, IServerStreamWriter<FileContent> stream, CancellationToken cancellation)
    {
        Check(request.Name);
        string path = Path.Combine(CheckpointFiles.Directory(options.RunDirectory, request.Step), request.Name);
        if (!File.Exists(path))
            throw new RpcException(new Status(StatusCode.NotFound, $"checkpoint of step {request.Step} has no file '{request.Name}'."));
        await using var file = InputFile.OpenRead(path);
        byte[] buffer = new byte[PartBytes];
        for (int read; (read = await file.ReadAsync(buffer, cancellation)) > 0; )
            await stream.WriteAsync(new FileContent { Content = ByteString.CopyFrom(buffer, 0, read) }, cancellation);
    }

    private static void Copy(
        SaveFilePart first,
        IAsyncStreamReader<SaveFilePart> parts,
        Stream file,
        long most,
        CancellationToken cancellation
    )
    {
        long taken = 0;
        Take(first);
        while (parts.MoveNext(cancellation).GetAwaiter().GetResult())
            Take(parts.Current);

        void Take(SaveFilePart part)
        {
            taken += part.Content.Length;
            if (taken > most)
            {
                throw new RpcException(
                    new Status(
                        StatusCode.ResourceExhausted,
                        $"file '{first.Name}' of step {first.Step} has more than {most:N0} bytes, which is the most that it can have in "
                            + "this run."
                    )
                );
            }

            file.Write(part.Content.Span);
        }
    }

    private static void Check(string name)
    {
        if (
            name != Path.GetFileName(name)
            || !(name.EndsWith(CheckpointFiles.Extension, StringComparison.Ordinal) || name == CheckpointFiles.Manifest)
        )
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"'{name}' is no file of a checkpoint."));
        }
    }
}
