using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Lockstep.Core.Texts;
using Lockstep.Storage.Files;

namespace Lockstep.Objects.Store;

/// <summary>
/// Downloads one object as a stream, and hashes it on the way. Where the connection breaks or brings nothing more, it goes on behind the
/// last byte; where the bytes are not those that were written, it begins again.
/// </summary>
internal sealed class ObjectDownload(IAmazonS3 client, string bucket, string key, ObjectStoreOptions options)
{
    /// <summary>Whoever writes an object says its SHA-256 here.</summary>
    public const string HashName = "x-amz-meta-sha256";

    private const int PieceBytes = 1 << 20,
        MostSpoilt = 3; // whole downloads that are not what was written; then it lies so in the store
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <param name="target">Empty; can be cut off again.</param>
    /// <param name="required">Length and hash that it must have; null where only the object itself can say its hash.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DamagedObjectException">Its bytes are not those that were written, in several downloads.</exception>
    public async Task<StoredObject> IntoAsync(Stream target, ManifestFile? required, CancellationToken cancellation)
    {
        for (int spoilt = 1; ; spoilt++)
        {
            var (found, hash) = await OnceAsync(target, cancellation).ConfigureAwait(false);
            if (Difference(found, hash, target.Length, required) is not { } difference)
                return found;
            if (spoilt == MostSpoilt)
            {
                throw new DamagedObjectException(
                    $"'s3://{bucket}/{key}' {difference}, in {Count.Of(MostSpoilt, "download")}. It is damaged there, or on its way; "
                        + "copy it there again."
                );
            }

            target.SetLength(0);
        }
    }

    private static string? Difference(StoredObject found, string hash, long bytes, ManifestFile? required) =>
        required is not null && required.Bytes != bytes ? $"has {bytes:N0} bytes; {required.Bytes:N0} are required"
        : (required?.Sha256 ?? found.Sha256) is { } expected && expected != hash ? $"has SHA-256 {hash}; {expected} is required"
        : null;

    /// <summary>One whole download, over as many connections as it takes.</summary>
    private async Task<(StoredObject Found, string Hash)> OnceAsync(Stream target, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        StoredObject? found = null;
        for (int idle = 0; ; idle++)
        {
            long before = target.Length;
            if (before > 0 && before >= found?.Bytes)
                return (found, Convert.ToHexStringLower(hash.GetHashAndReset()));
            try
            {
                using var response = await AskAsync(found, before, cancellation).ConfigureAwait(false);
                found ??= Of(response);
                await CopyAsync(response.ResponseStream, target, hash, cancellation).ConfigureAwait(false);
                if (found.Bytes == 0)
                    return (found, Convert.ToHexStringLower(hash.GetHashAndReset()));
                if (target.Length < found.Bytes)
                    throw new IOException($"the connection ended after {target.Length:N0} of {found.Bytes:N0} bytes");
            }
            catch (AmazonServiceException e) when (found is not null && StoreErrors.IsConditionFailed(e))
            {
                (found, _) = (null, hash.GetHashAndReset()); // it was written anew meanwhile
                target.SetLength(0);
            }
            catch (Exception e) when (StoreErrors.IsTransient(e) && !cancellation.IsCancellationRequested && idle < options.Attempts)
            {
                idle = target.Length > before ? 0 : idle;
                await Task.Delay(Pause(idle), cancellation).ConfigureAwait(false);
            }
        }
    }

    private TimeSpan Pause(int idle) => TimeSpan.FromTicks(Math.Min(options.MostPause.Ticks, FirstPause.Ticks << Math.Min(idle, 20)));

    private Task<GetObjectResponse> AskAsync(StoredObject? found, long from, CancellationToken cancellation)
    {
        var request = new GetObjectRequest { BucketName = bucket, Key = key };
        if (found is not null)
        {
            request.EtagToMatch = found.Version;
            if (from > 0)
                request.ByteRange = new ByteRange(from, found.Bytes - 1);
        }

        return client.GetObjectAsync(request, cancellation);
    }

    private StoredObject Of(GetObjectResponse response) =>
        new(key, response.ContentLength, response.ETag, response.LastModified ?? default) { Sha256 = response.Metadata[HashName] };

    private async Task CopyAsync(Stream source, Stream target, IncrementalHash hash, CancellationToken cancellation)
    {
        byte[] piece = GC.AllocateUninitializedArray<byte>(PieceBytes);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        while (true)
        {
            patience.CancelAfter(options.Patience);
            int read = await ReadAsync(source, piece, patience.Token).ConfigureAwait(false);
            if (read == 0)
                return;
            hash.AppendData(piece, 0, read);
            await target.WriteAsync(piece.AsMemory(0, read), cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<int> ReadAsync(Stream source, byte[] piece, CancellationToken cancellation)
    {
        try
        {
            return await source.ReadAsync(piece, cancellation).ConfigureAwait(false);
        }
        catch (AmazonClientException e)
        {
            throw new IOException(e.Message, e); // the library has compared a checksum of its own
        }
    }
}
