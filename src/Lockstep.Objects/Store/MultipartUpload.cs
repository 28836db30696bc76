using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using Lockstep.Storage.Files;

namespace Lockstep.Objects.Store;

/// <summary>
/// Uploads a large file in parts, each with its checksum. The object is there once the last request has joined the parts, and not before;
/// where one fails, the parts are given up, so that nobody pays for them.
/// </summary>
internal sealed class MultipartUpload(IAmazonS3 client, string bucket, string key, long leastPartBytes, bool isEncrypted)
{
    private const int MostParts = 10_000, // of one object; the rule of the protocol
        AtOnce = 4;

    /// <param name="file">Its length and hash.</param>
    /// <param name="path">Where it lies.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(ManifestFile file, string path, CancellationToken cancellation)
    {
        long partBytes = Math.Max(leastPartBytes, (file.Bytes + MostParts - 1) / MostParts);
        var begin = new InitiateMultipartUploadRequest
        {
            BucketName = bucket,
            Key = key,
            ChecksumAlgorithm = ChecksumAlgorithm.SHA256,
        };
        begin.Metadata[ObjectDownload.HashName] = file.Sha256;
        string upload = (await client.InitiateMultipartUploadAsync(begin, cancellation).ConfigureAwait(false)).UploadId;
        try
        {
            var parts = new PartETag[(file.Bytes + partBytes - 1) / partBytes];
            await Parallel
                .ForAsync(
                    0,
                    parts.Length,
                    new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
                    async (i, ended) => parts[i] = await PartAsync(upload, path, i, partBytes, file.Bytes, ended).ConfigureAwait(false)
                )
                .ConfigureAwait(false);
            await client
                .CompleteMultipartUploadAsync(
                    new CompleteMultipartUploadRequest
                    {
                        BucketName = bucket,
                        Key = key,
                        UploadId = upload,
                        PartETags = [.. parts],
                    },
                    cancellation
                )
                .ConfigureAwait(false);
        }
        catch
        {
            await GiveUpAsync(upload).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<PartETag> PartAsync(
        string upload,
        string path,
        int index,
        long partBytes,
        long bytes,
        CancellationToken cancellation
    )
    {
        long start = index * partBytes,
            length = Math.Min(partBytes, bytes - start);
        string checksum = await ChecksumAsync(path, start, length, cancellation).ConfigureAwait(false);
        var response = await client
            .UploadPartAsync(
                new UploadPartRequest
                {
                    BucketName = bucket,
                    Key = key,
                    UploadId = upload,
                    PartNumber = index + 1,
                    FilePath = path,
                    FilePosition = start,
                    PartSize = length,
                    ChecksumSHA256 = checksum,
                    UseChunkEncoding = false,
                    DisablePayloadSigning = isEncrypted,
                },
                cancellation
            )
            .ConfigureAwait(false);
        return new PartETag(index + 1, response.ETag) { ChecksumSHA256 = checksum };
    }

    private static async Task<string> ChecksumAsync(string path, long start, long length, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = InputFile.OpenHandle(path);
        byte[] piece = GC.AllocateUninitializedArray<byte>((int)Math.Min(length, 1 << 20));
        for (long done = 0; done < length; )
        {
            int read = await RandomAccess
                .ReadAsync(file, piece.AsMemory(0, (int)Math.Min(piece.Length, length - done)), start + done, cancellation)
                .ConfigureAwait(false);
            if (read == 0)
                throw new IOException($"file '{path}' ended after {start + done:N0} bytes; it must not change while it is uploaded.");
            hash.AppendData(piece, 0, read);
            done += read;
        }

        return Convert.ToBase64String(hash.GetHashAndReset());
    }

    private async Task GiveUpAsync(string upload)
    {
        try
        {
            var request = new AbortMultipartUploadRequest
            {
                BucketName = bucket,
                Key = key,
                UploadId = upload,
            };
            await client.AbortMultipartUploadAsync(request, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (StoreErrors.IsOfTheStore(e))
        {
            // the first error is the one to tell; a rule of the bucket deletes parts that nobody joins
        }
    }
}
