using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Lockstep.Core.Errors;
using Lockstep.Storage.Files;

namespace Lockstep.Objects.Store;

/// <summary>
/// One bucket of S3, or of what speaks like it. What is written has checksums that the store compares, and is whole or not there; what is
/// read is compared with the hash that its writer has left. The vendor's library tries each request again where that may help.
/// </summary>
public sealed class ObjectStore : IDisposable
{
    private const int MostChanged = 3; // uploads that do not arrive as they were sent

    private readonly AmazonS3Client _client;
    private readonly ObjectAddress _address;
    private readonly ObjectStoreOptions _options;
    private readonly string _endpoint;
    private readonly bool _isEncrypted;

    /// <param name="address">Any address of the bucket; keys are those of the bucket.</param>
    /// <param name="options">How it is asked.</param>
    /// <exception cref="BadInputException">There are no credentials, or no region.</exception>
    public ObjectStore(ObjectAddress address, ObjectStoreOptions? options = null)
    {
        (_address, _options) = (address, options ?? new());
        try
        {
            _client = S3Clients.Create(_options);
            _endpoint = _client.Config.ServiceURL ?? $"S3 ({_client.Config.RegionEndpoint?.SystemName ?? "no region"})";
        }
        catch (AmazonClientException e)
        {
            throw StoreErrors.Explain(e, address, "S3");
        }
        _isEncrypted = !_endpoint.StartsWith("http:", StringComparison.Ordinal);
    }

    /// <summary>Makes sure that the bucket can be listed, before anything is begun that needs it.</summary>
    /// <exception cref="BadInputException">It cannot; says why.</exception>
    public async Task RequireAsync(CancellationToken cancellation = default)
    {
        try
        {
            await ListAsync(_address, most: 1, cancellation).ConfigureAwait(false);
        }
        catch (ObjectStoreException e)
        {
            throw new BadInputException(e.Message);
        }
    }

    /// <summary>Every object below an address, in the order of the keys.</summary>
    public Task<IReadOnlyList<StoredObject>> ListAsync(ObjectAddress below, CancellationToken cancellation = default) =>
        ListAsync(below, int.MaxValue, cancellation);

    /// <summary>Looks an object up; null where there is none.</summary>
    public Task<StoredObject?> FindAsync(string key, CancellationToken cancellation = default) =>
        AskAsync<StoredObject?>(
            key,
            async () =>
            {
                var found = await _client.GetObjectMetadataAsync(_address.Bucket, key, cancellation).ConfigureAwait(false);
                return new StoredObject(key, found.ContentLength, found.ETag, found.LastModified ?? default)
                {
                    Sha256 = found.Metadata[ObjectDownload.HashName],
                };
            },
            missing: () => null
        );

    /// <summary>Reads a small object whole; null where there is none.</summary>
    public Task<(StoredObject Found, byte[] Content)?> ReadAsync(string key, CancellationToken cancellation = default) =>
        AskAsync<(StoredObject, byte[])?>(
            key,
            async () =>
            {
                using var content = new MemoryStream();
                var found = await Download(key).IntoAsync(content, required: null, cancellation).ConfigureAwait(false);
                return (found, content.ToArray());
            },
            missing: () => null
        );

    /// <summary>Streams an object into a file, which is there whole or not at all.</summary>
    /// <param name="key">The object.</param>
    /// <param name="path">The file; one of this name is replaced.</param>
    /// <param name="required">Length and hash that it must have; null where only the object itself can say its hash.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What was found; null where there is no such object.</returns>
    /// <exception cref="ObjectStoreException">It cannot be had, or is not what is required.</exception>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public Task<StoredObject?> DownloadAsync(
        string key,
        string path,
        ManifestFile? required = null,
        CancellationToken cancellation = default
    ) =>
        AskAsync<StoredObject?>(
            key,
            async () =>
            {
                StoredObject? found = null;
                await DurableFile
                    .WriteAsync(path, async file =>
                        found = await Download(key).IntoAsync(file, required, cancellation).ConfigureAwait(false)
                    )
                    .ConfigureAwait(false);
                return found;
            },
            missing: () => null
        );

    /// <summary>Streams an object into a stream of the caller's, which it leaves open.</summary>
    /// <exception cref="ObjectStoreException">It cannot be had, or is not what is required.</exception>
    public Task<StoredObject?> ReadIntoAsync(string key, Stream target, ManifestFile required, CancellationToken cancellation = default) =>
        AskAsync<StoredObject?>(
            key,
            async () => await Download(key).IntoAsync(target, required, cancellation).ConfigureAwait(false),
            missing: () => null
        );

    /// <summary>Writes a small object.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="content">All of it.</param>
    /// <param name="condition">When it may be written; null for always.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>False where the condition does not hold, and nothing was written.</returns>
    public Task<bool> TryWriteAsync(string key, byte[] content, WriteCondition? condition, CancellationToken cancellation = default) =>
        WriteAsync(
            key,
            Convert.ToHexStringLower(SHA256.HashData(content)),
            condition,
            request => request.InputStream = new MemoryStream(content),
            cancellation
        );

    /// <summary>Writes a file, in parts where it is large; it is there whole or not at all.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="path">The file.</param>
    /// <param name="file">Its length and hash.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task UploadAsync(string key, string path, ManifestFile file, CancellationToken cancellation = default)
    {
        if (file.Bytes <= _options.PartBytes)
        {
            await WriteAsync(key, file.Sha256, condition: null, request => request.FilePath = path, cancellation).ConfigureAwait(false);
            return;
        }

        await AskAsync(key, async () =>
            {
                await new MultipartUpload(_client, _address.Bucket, key, _options.PartBytes, _isEncrypted)
                    .RunAsync(file, path, cancellation)
                    .ConfigureAwait(false);
                return true;
            })
            .ConfigureAwait(false);
    }

    /// <summary>Deletes an object; one that is not there is no error.</summary>
    public Task DeleteAsync(string key, CancellationToken cancellation = default) =>
        AskAsync(key, async () => await _client.DeleteObjectAsync(_address.Bucket, key, cancellation).ConfigureAwait(false) is not null);

    public void Dispose() => _client.Dispose();

    private ObjectDownload Download(string key) => new(_client, _address.Bucket, key, _options);

    private Task<bool> WriteAsync(
        string key,
        string sha256,
        WriteCondition? condition,
        Action<PutObjectRequest> fill,
        CancellationToken cancellation
    ) => AskAsync(key, async () =>
        {
            var request = new PutObjectRequest
            {
                BucketName = _address.Bucket,
                Key = key,
                ChecksumSHA256 = Convert.ToBase64String(Convert.FromHexString(sha256)),
                UseChunkEncoding = false,
                DisablePayloadSigning = _isEncrypted, // over TLS the checksum guards the body, without a signature of it
                IfMatch = condition?.Version,
                IfNoneMatch = condition is { Version: null } ? "*" : null,
            };
            request.Metadata[ObjectDownload.HashName] = sha256;
            fill(request);
            try
            {
                await _client.PutObjectAsync(request, cancellation).ConfigureAwait(false);
                return true;
            }
            catch (AmazonServiceException e) when (condition is not null && (StoreErrors.IsConditionFailed(e) || StoreErrors.IsMissing(e)))
            {
                // an answer that was lost makes the library write again, and then it is our own object that is in the way
                return (await FindAsync(key, cancellation).ConfigureAwait(false))?.Sha256 == sha256;
            }
        });

    private Task<IReadOnlyList<StoredObject>> ListAsync(ObjectAddress below, int most, CancellationToken cancellation) =>
        AskAsync<IReadOnlyList<StoredObject>>(below.Key, async () =>
        {
            var request = new ListObjectsV2Request { BucketName = below.Bucket, Prefix = below.Key.Length == 0 ? "" : $"{below.Key}/" };
            var found = new List<StoredObject>();
            ListObjectsV2Response page;
            do
            {
                page = await _client.ListObjectsV2Async(request, cancellation).ConfigureAwait(false);
                found.AddRange((page.S3Objects ?? []).Select(o => new StoredObject(o.Key, o.Size ?? 0, o.ETag, o.LastModified ?? default)));
                request.ContinuationToken = page.NextContinuationToken;
            } while (page.IsTruncated is true && found.Count < most);
            return found;
        });

    /// <summary>Asks; what does not arrive as it was sent is sent again, and every other error is told in our words.</summary>
    private async Task<TAnswer> AskAsync<TAnswer>(string key, Func<Task<TAnswer>> ask, Func<TAnswer>? missing = null)
    {
        for (int changed = 1; ; changed++)
        {
            try
            {
                return await ask().ConfigureAwait(false);
            }
            catch (AmazonServiceException e) when (missing is not null && StoreErrors.IsMissing(e))
            {
                return missing();
            }
            catch (AmazonServiceException e) when (StoreErrors.IsChanged(e) && changed < MostChanged)
            {
                // the next attempt reads and sends it anew
            }
            catch (Exception e) when (StoreErrors.IsOfTheStore(e))
            {
                throw StoreErrors.Explain(e, _address with { Key = key }, _endpoint);
            }
        }
    }
}
