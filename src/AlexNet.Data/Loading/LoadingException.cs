using AlexNet.Data.Images.Formats;
using Lockstep.Core.Errors;
using Lockstep.Objects.Store;

namespace AlexNet.Data.Loading;

/// <summary>A batch could not be loaded; says which step and which sample.</summary>
public sealed class LoadingException(string message, Exception inner) : UnreadableDataException(message, inner)
{
    public override bool IsOfADisk => Blames(InnerException);

    private static bool Blames(Exception? error) =>
        error switch
        {
            null or ImageException or EndOfStreamException or FileNotFoundException or DirectoryNotFoundException or InvalidDataException =>
                false,
            IOException or ObjectStoreException => true,
            _ => Blames(error.InnerException),
        };
}
