using Lockstep.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace AlexNet.Data.Packed;

/// <summary>A packed set in a directory. Reading a shard ahead brings it into the system's cache.</summary>
internal sealed class PackDirectory(string directory) : IPackFiles
{
    private const int PieceBytes = 4 << 20;

    public string Name => directory;

    public int MostOpen => int.MaxValue;

    public Stream OpenIndex() => InputFile.OpenRead(PathOf(PackIndex.FileName));

    public long? LengthOf(string file) => new FileInfo(PathOf(file)) is { Exists: true } found ? found.Length : null;

    public SafeFileHandle Open(PackShard shard) => InputFile.OpenHandle(PathOf(shard.File));

    public void RequireRoom(IReadOnlyList<PackShard> shards) { }

    public void ReadAhead(PackShard shard)
    {
        try
        {
            using var file = new FileStream(
                PathOf(shard.File),
                FileMode.Open,
                FileAccess.Read,
                FileShare.Read,
                bufferSize: 0,
                FileOptions.SequentialScan
            );
            byte[] piece = GC.AllocateUninitializedArray<byte>(PieceBytes);
            while (file.Read(piece) > 0)
            {
                // what it says is of no interest here; that it was read is
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // whoever wants a picture of it meets the same error, and can say which
        }
    }

    private string PathOf(string file) => Path.Combine(directory, file);
}
