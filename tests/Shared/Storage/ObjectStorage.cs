namespace AlexNet.Testing.Storage;

/// <summary>Object storage of one class of tests: a server, and the proxy in front of it.</summary>
public sealed class ObjectStorage : IAsyncLifetime
{
    private S3Server? _server;
    private FaultyProxy? _proxy;
    private int _prefixes;

    /// <summary>The proxy; skips the test that asks for it where there is no server.</summary>
    internal FaultyProxy Proxy
    {
        get
        {
            Assert.SkipWhen(_proxy is null, S3Server.Needed);
            return _proxy ?? throw new InvalidOperationException("a test that is skipped goes on");
        }
    }

    /// <summary>The proxy for a test that begins: it makes no faults yet, and this process knows the credentials.</summary>
    internal FaultyProxy Begin()
    {
        Proxy.Faults = _ => Fault.None;
        Proxy.Know();
        return Proxy;
    }

    /// <summary>An address that nobody else uses.</summary>
    public string NewAddress() => $"s3://{S3Server.Bucket}/test-{Interlocked.Increment(ref _prefixes)}";

    public async ValueTask InitializeAsync()
    {
        _server = await S3Server.TryStartAsync();
        if (_server is not null)
            _proxy = await FaultyProxy.StartAsync(_server);
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
            await _proxy.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
