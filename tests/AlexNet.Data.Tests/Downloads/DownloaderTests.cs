using System.Security.Cryptography;
using AlexNet.Data.Downloads;
using AlexNet.Testing;
using Microsoft.AspNetCore.Http;

namespace AlexNet.Data.Tests.Downloads;

public sealed class DownloaderTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 1_000_000).Select(i => (byte)(i * 31 + i / 256))];
    private static readonly DownloadOptions Hasty = new()
    {
        Retries = 3,
        Pause = TimeSpan.Zero,
        Silence = TimeSpan.FromSeconds(20),
    };

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new();

    private string Path => _folder["set/file.gz"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Download_WholeFile_HasItsNameAndTellsProgress()
    {
        await using var server = await FileServer.StartAsync((context, _) => Send(context));
        var progress = new List<long>();
        Assert.True(await Download(server, progress.Add));
        Assert.Equal(Content, File.ReadAllBytes(Path));
        Assert.Equal([Path], Directory.GetFiles(_folder["set"]));
        Assert.Equal(Content.Length, progress[^1]);
        Assert.Equal(progress.Order(), progress);
    }

    [Fact]
    public async Task Download_FileThatIsThere_AsksForNothing()
    {
        await using var server = await FileServer.StartAsync((context, _) => Send(context));
        Place(Path, Content);
        Assert.False(await Download(server));
        Assert.Empty(server.Ranges);
    }

    [Fact]
    public async Task Download_SpoiledFileThatIsThere_IsReplaced()
    {
        await using var server = await FileServer.StartAsync((context, _) => Send(context));
        Place(Path, new byte[Content.Length]);
        Assert.True(await Download(server));
        Assert.Equal(Content, File.ReadAllBytes(Path));
    }

    [Fact]
    public async Task Download_PartThatIsThere_AsksForTheRest()
    {
        await using var server = await FileServer.StartAsync((context, _) => Send(context));
        Place(Path + ".part", Content[..400_000]);
        await Download(server);
        Assert.Equal(["bytes=400000-"], server.Ranges);
        Assert.Equal(Content, File.ReadAllBytes(Path));
    }

    [Fact]
    public async Task Download_ServerWithoutRanges_BeginsAgain()
    {
        await using var server = await FileServer.StartAsync((context, _) => Send(context, knowsRanges: false));
        Place(Path + ".part", new byte[400_000]);
        await Download(server);
        Assert.Equal(Content, File.ReadAllBytes(Path));
    }

    /// <summary>Ended early twice, and refused once: every request asks for what is missing.</summary>
    [Fact]
    public async Task Download_AnswerThatEndsEarly_GoesOnWhereItEnded()
    {
        await using var server = await FileServer.StartAsync(
            async (context, number) =>
            {
                if (number == 1)
                    context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                else
                    await Send(context, most: number < 3 ? 300_000 : int.MaxValue);
            }
        );
        await Download(server);
        Assert.Equal(["", "bytes=300000-", "bytes=300000-", "bytes=600000-"], server.Ranges);
        Assert.Equal(Content, File.ReadAllBytes(Path));
    }

    [Fact]
    public async Task Download_MissingFile_SaysSoAtOnce()
    {
        await using var server = await FileServer.StartAsync(
            (context, _) =>
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }
        );
        string error = await ErrorOf(server);
        Assert.Contains(server.Address.ToString(), error);
        Assert.Contains("404", error);
        Assert.Single(server.Ranges);
    }

    [Fact]
    public async Task Download_ServerThatNeverRecovers_GivesUpAndKeepsThePart()
    {
        await using var server = await FileServer.StartAsync((context, number) => Send(context, most: number == 0 ? 1000 : 0));
        Assert.Contains("is used the next time", await ErrorOf(server));
        Assert.Equal(1 + Hasty.Retries, server.Ranges.Count);
        Assert.Equal(Content[..1000], File.ReadAllBytes(Path + ".part"));
        Assert.False(File.Exists(Path));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Download_SilentServer_IsAskedAgain(bool beginsToAnswer)
    {
        await using var server = await FileServer.StartAsync(
            async (context, number) =>
            {
                if (number > 0)
                {
                    await Send(context);
                    return;
                }
                if (beginsToAnswer)
                    await context.Response.Body.FlushAsync();
                var left = new TaskCompletionSource();
                context.RequestAborted.Register(left.SetResult); // until the other side has had enough
                await left.Task;
            }
        );
        await Download(server, options: Hasty with { Retries = 8, Silence = TimeSpan.FromSeconds(1) });
        Assert.Equal(Content, File.ReadAllBytes(Path));
    }

    [Fact]
    public async Task Download_OtherContent_IsDeleted()
    {
        await using var server = await FileServer.StartAsync(
            (context, _) => context.Response.Body.WriteAsync(new byte[Content.Length]).AsTask()
        );
        Assert.Contains("MD5 hash", await ErrorOf(server));
        Assert.Empty(Directory.GetFiles(_folder["set"]));
    }

    /// <summary>A disk is not filled by what has no end.</summary>
    [Fact]
    public async Task Download_EndlessContent_EndsAtTheSizeOfTheFile()
    {
        await using var server = await FileServer.StartAsync(
            async (context, _) =>
            {
                while (!context.RequestAborted.IsCancellationRequested)
                    await context.Response.Body.WriteAsync(new byte[100_000]);
            }
        );
        Assert.Contains("gives more than the 1000000 bytes", await ErrorOf(server));
        Assert.InRange(new FileInfo(Path + ".part").Length, 0, Content.Length);
    }

    [Fact]
    public void Catalog_SharedFashionMnist_HasThePublishedSizesAndHashes()
    {
        string directory = TestData.Shared("fashion-mnist");
        Assert.All(DownloadCatalog.Sets["fashion-mnist"], file =>
        {
            byte[] content = File.ReadAllBytes(System.IO.Path.Combine(directory, file.Name));
            Assert.Equal((file.Bytes, file.Md5), (content.Length, Md5(content)));
        });
    }

    private Task<bool> Download(FileServer server, Action<long>? progress = null, DownloadOptions? options = null) =>
        new Downloader(_client, options ?? Hasty).DownloadAsync(
            new("file.gz", server.Address, Content.Length, Md5(Content)),
            _folder["set"],
            progress,
            Cancellation
        );

    private async Task<string> ErrorOf(FileServer server) => (await Assert.ThrowsAsync<DownloadException>(() => Download(server))).Message;

    private static void Place(string path, byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path) ?? "");
        File.WriteAllBytes(path, content);
    }

    /// <summary>Answers with the range that is asked for, and ends after so many bytes of it.</summary>
    private static async Task Send(HttpContext context, bool knowsRanges = true, int most = int.MaxValue)
    {
        int start = knowsRanges && context.Request.GetTypedHeaders().Range?.Ranges.Single().From is { } from ? (int)from : 0;
        if (start > 0)
        {
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes {start}-{Content.Length - 1}/{Content.Length}";
        }
        if (most >= Content.Length - start)
            context.Response.ContentLength = Content.Length - start;
        await context.Response.Body.WriteAsync(Content.AsMemory(start, Math.Min(most, Content.Length - start)));
    }

    private static string Md5(byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
