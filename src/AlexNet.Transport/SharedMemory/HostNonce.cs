using System.Security.Cryptography;
using Google.Protobuf;

namespace AlexNet.Transport.SharedMemory;

/// <summary>
/// A small file that says who can share memory with this worker: whoever reads the nonce in it uses the same directory. It is there while
/// links are made, and locked meanwhile, so that one left behind by a killed worker is told from one in use.
/// </summary>
internal sealed class HostNonce : IDisposable
{
    private const int Bytes = 32;

    // A file that is being made is not locked yet.
    private static readonly TimeSpan Newborn = TimeSpan.FromMinutes(1);

    private readonly FileStream _file;

    private HostNonce(FileStream file, byte[] nonce) => (_file, Nonce) = (file, nonce);

    public string Name => Path.GetFileName(_file.Name);

    public byte[] Nonce { get; }

    /// <summary>Writes the file, after removing those of workers that are no more.</summary>
    public static HostNonce Create(string directory)
    {
        Sweep(directory);
        string path = Path.Combine(directory, SharedFile.RandomName());
        byte[] nonce = RandomNumberGenerator.GetBytes(Bytes);
        try
        {
            using (FileStream created = new(path, FileMode.CreateNew, FileAccess.Write))
            {
                created.Write(nonce);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(created.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                }
            }

            return new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete), nonce);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(path);
            throw new SharedMemoryException(
                $"'{directory}' was to hold a nonce of {Bytes} bytes: {e.Message}; choose a directory that can be written, or use --transport grpc", e);
        }
    }

    /// <summary>Why the nonce of another worker is not seen here, or null when it is.</summary>
    public static string? WhyUnseen(string directory, string name, ByteString nonce)
    {
        if (!name.StartsWith(SharedFile.Prefix, StringComparison.Ordinal) || name != Path.GetFileName(name))
        {
            return "it offered no nonce file";
        }

        try
        {
            using FileStream file = new(Path.Combine(directory, name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            byte[] found = new byte[Bytes];
            file.ReadExactly(found);
            return CryptographicOperations.FixedTimeEquals(found, nonce.Span) ? null : $"the nonce in '{file.Name}' is another one";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"its nonce file is not seen in '{directory}'";
        }
    }

    public void Dispose()
    {
        File.Delete(_file.Name);
        _file.Dispose();
    }

    private static void Sweep(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        foreach (FileInfo file in new DirectoryInfo(directory).EnumerateFiles(SharedFile.Prefix + "*"))
        {
            try
            {
                if (DateTime.UtcNow - file.LastWriteTimeUtc > Newborn)
                {
                    using FileStream unlocked = new(file.FullName, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                    file.Delete();
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // In use, or somebody else's.
            }
        }
    }
}
