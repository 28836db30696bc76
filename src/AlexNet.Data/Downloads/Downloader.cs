using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Lockstep.Storage.Files;
using Polly;
using Polly.Retry;

namespace AlexNet.Data.Downloads;

/// <summary>
/// Downloads files: into <c>NAME.part</c>, from where it ended the last time, again after every error that may pass; then the hash is
/// compared, and only the right file gets its name.
/// </summary>
/// <param name="client">Makes the requests.</param>
/// <param name="options">How long it waits, and how often it tries.</param>
public sealed class Downloader(HttpClient client, DownloadOptions options)
{
    private const string Unfinished = ".part";
    private const int BufferBytes = 1 << 18;

    private readonly ResiliencePipeline _retries = new ResiliencePipelineBuilder()
        .AddRetry(
            new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder()
                    .Handle<HttpRequestException>(MayPass)
                    .Handle<HttpIOException>()
                    .Handle<TimeoutException>(),
                MaxRetryAttempts = options.Retries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = options.Pause,
                MaxDelay = TimeSpan.FromMinutes(1),
            }
        )
        .Build();

    /// <summary>Downloads a file, unless it is there already.</summary>
    /// <param name="file">What and from where.</param>
    /// <param name="directory">Where it goes; made if it is not there.</param>
    /// <param name="progress">Takes the number of bytes that are there.</param>
    /// <param name="cancellation">Ends it; what is there so far is used the next time.</param>
    /// <returns>False where the file was there already.</returns>
    /// <exception cref="DownloadException">It cannot be had, or is not what it should be.</exception>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public async Task<bool> DownloadAsync(
        DownloadFile file,
        string directory,
        Action<long>? progress = null,
        CancellationToken cancellation = default
    )
    {
        Directory.CreateDirectory(directory);
        string path = Path.Combine(directory, file.Name),
            part = path + Unfinished;
        if (File.Exists(path) && await HashAsync(path, cancellation).ConfigureAwait(false) == file.Md5)
            return false;
        try
        {
            await _retries
                .ExecuteAsync(async token => await FetchAsync(file, part, progress, token).ConfigureAwait(false), cancellation)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException or TimeoutException)
        {
            throw new DownloadException(
                $"'{file.Address}' could not be downloaded: {e.Message} What is there so far is in '{part}' and is used the next time; "
                    + "try again later, or place the file yourself.",
                e
            );
        }
        if (await HashAsync(part, cancellation).ConfigureAwait(false) is var hash && hash != file.Md5)
        {
            File.Delete(part);
            throw new DownloadException(
                $"'{file.Address}' gave a file with the MD5 hash {hash}; {file.Md5} is required. It was deleted; try again, or place the "
                    + $"right file at '{path}' yourself."
            );
        }
        File.Move(part, path, overwrite: true);
        return true;
    }

    /// <summary>What is missing of a file, in one request.</summary>
    private async Task FetchAsync(DownloadFile file, string part, Action<long>? progress, CancellationToken cancellation)
    {
        using var target = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
        if (target.Length > file.Bytes)
            target.SetLength(0);
        if (target.Length == file.Bytes)
            return;
        using var request = new HttpRequestMessage(HttpMethod.Get, file.Address);
        if (target.Length > 0)
            request.Headers.Range = new RangeHeaderValue(target.Length, null);
        using var response = await Patiently<HttpResponseMessage>(
                token => new(client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token)),
                cancellation
            )
            .ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        bool goesOn = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == target.Length;
        if (!goesOn)
            target.SetLength(0); // a server that knows no ranges sends all of it
        target.Seek(0, SeekOrigin.End);
        using var source = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await CopyAsync(source, target, file, progress, cancellation).ConfigureAwait(false);
    }

    private async Task CopyAsync(
        Stream source,
        FileStream target,
        DownloadFile file,
        Action<long>? progress,
        CancellationToken cancellation
    )
    {
        byte[] buffer = new byte[BufferBytes];
        while (await Patiently(token => source.ReadAsync(buffer, token), cancellation).ConfigureAwait(false) is > 0 and var read)
        {
            if (target.Position + read > file.Bytes)
            {
                throw new DownloadException(
                    $"'{file.Address}' gives more than the {file.Bytes} bytes that '{file.Name}' has; place the right file yourself."
                );
            }

            await target.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            progress?.Invoke(target.Position);
        }
        if (target.Position < file.Bytes)
            throw new HttpIOException(HttpRequestError.ResponseEnded, $"it ended after {target.Position} of {file.Bytes} bytes.");
    }

    /// <summary>Waits no longer than a server may be silent.</summary>
    private async Task<T> Patiently<T>(Func<CancellationToken, ValueTask<T>> step, CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(options.Silence);
        try
        {
            return await step(silence.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"nothing came for {options.Silence.TotalSeconds:0.#} s.", e);
        }
    }

    /// <summary>No answer, or one that says it is the server's fault or haste; a missing file stays missing.</summary>
    private static bool MayPass(HttpRequestException e) =>
        e.StatusCode is null or >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;

    private static async Task<string> HashAsync(string path, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var file = InputFile.OpenRead(path);
        byte[] buffer = new byte[BufferBytes];
        while (await file.ReadAsync(buffer, cancellation).ConfigureAwait(false) is > 0 and var read)
            hash.AppendData(buffer, 0, read);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
