using System.Security.Cryptography.X509Certificates;
using AlexNet.Testing;
using Grpc.Core;
using Lockstep.Hosting.Security;
using Lockstep.Protocol.V1;

namespace Cluster.Tests.Security;

/// <summary>Certificates and authorities are replaced while a coordinator runs.</summary>
public sealed class CertificateRotationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _certificates;

    public CertificateRotationTests() => _certificates = new TestCertificates(_folder["certs"]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_certificate_is_rotated_without_a_restart_and_connections_go_on()
    {
        await using var coordinator = await LockedCoordinator.StartAsync(_folder["run"], _certificates.Folder.Coordinator);
        using var own = _certificates.Of(Roles.Worker);
        string before = await SerialAsync(coordinator, own);
        using var standing = coordinator.Channel(AnyClient.Showing(_certificates.Of(Roles.Operator)), null);
        var client = new Lockstep.Protocol.V1.Coordinator.CoordinatorClient(standing);
        using var watch = client.Watch(new WatchRequest(), cancellationToken: Stop);
        await watch.ResponseHeadersAsync;

        // a key that does not belong to the certificate: what was there stays in use
        File.Copy(_certificates.Folder.Worker.Key, _certificates.Folder.Coordinator.Key, overwrite: true);
        Assert.Equal(before, await SerialAsync(coordinator, own));
        await coordinator.LogsAsync("The previous certificate stays in use");

        string renewed = _certificates.Renew(Roles.Coordinator);
        Assert.NotEqual(before, renewed);
        Assert.Equal(renewed, await SerialAsync(coordinator, own));
        await coordinator.LogsAsync("was renewed and is used from now on");

        // the stream of before still brings what happens now
        await client.DrainAsync(new DrainRequest(), cancellationToken: Stop);
        do Assert.True(await watch.ResponseStream.MoveNext(Stop));
        while (watch.ResponseStream.Current.Interrupted is null);
    }

    [Fact]
    public async Task An_authority_is_replaced_without_a_restart()
    {
        await using var coordinator = await LockedCoordinator.StartAsync(_folder["run"], _certificates.Folder.Coordinator);
        var next = new TestCertificates(_folder["next"]);
        using X509Certificate2 old = _certificates.Of(Roles.Operator),
            fresh = next.Of(Roles.Operator);
        Assert.False(await MayWatchAsync(coordinator, fresh));
        string both = _certificates.Authority + next.Authority;
        await File.WriteAllTextAsync(_certificates.Folder.Authority, both, Stop);
        Assert.True(await MayWatchAsync(coordinator, fresh));
        Assert.True(await MayWatchAsync(coordinator, old));

        // the coordinator's own comes from the new one now, and so the old one can go
        File.Copy(next.Folder.Coordinator.Key, _certificates.Folder.Coordinator.Key, overwrite: true);
        File.Copy(next.Folder.Coordinator.Certificate, _certificates.Folder.Coordinator.Certificate, overwrite: true);
        await File.WriteAllTextAsync(_certificates.Folder.Authority, next.Authority, Stop);
        Assert.True(await MayWatchAsync(coordinator, fresh));
        Assert.False(await MayWatchAsync(coordinator, old));
        Assert.False(coordinator.Process.HasExited);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<string> SerialAsync(LockedCoordinator coordinator, X509Certificate2 own)
    {
        var (stream, serial) = await AnyClient.ConnectAsync(coordinator.Address, own, Stop);
        await stream.DisposeAsync();
        return serial;
    }

    private static async Task<bool> MayWatchAsync(LockedCoordinator coordinator, X509Certificate2 certificate)
    {
        using var channel = coordinator.Channel(AnyClient.Showing(certificate), null);
        using var watch = new Lockstep.Protocol.V1.Coordinator.CoordinatorClient(channel).Watch(
            new WatchRequest(),
            cancellationToken: Stop
        );
        try
        {
            await watch.ResponseHeadersAsync;
            return true;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Internal)
        {
            return false;
        }
    }
}
