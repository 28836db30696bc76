using Lockstep.Core.Errors;

namespace AlexNet.Data.Archives;

/// <summary>
/// How much is read of an archive in one piece. Who reads a tar takes memory for as much as an extended header promises and asks for it in
/// one piece, so that this bounds what a header that lies can take.
/// </summary>
internal static class ArchivePiece
{
    /// <summary>Larger than any extended header that people make.</summary>
    public const int MostBytes = 1 << 20;

    /// <exception cref="BadInputException">It is larger.</exception>
    public static void Check(string path, int bytes)
    {
        if (bytes > MostBytes)
        {
            throw new BadInputException(
                $"'{path}' has an extended header of {bytes} bytes; at most {MostBytes} are allowed; copy or download it again."
            );
        }
    }
}
