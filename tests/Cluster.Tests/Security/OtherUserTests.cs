using System.Net.Sockets;
using AlexNet.Testing;
using Cluster.Tests.Failures;

namespace Cluster.Tests.Security;

/// <summary>
/// Another user of the machine, while a run trains: he gets no file, no socket and no byte, and the run does not notice him.
/// </summary>
[TestClass(DisableParallelization = true)] // it rings at every doorbell of the machine, and those are to be of its own run
public sealed class OtherUserTests : IDisposable
{
    private const int Tries = 1000;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task He_gets_nothing_in_a_thousand_tries_and_ends_nothing()
    {
        Nobody.Require();
        // made by the program, in a directory that everybody may enter
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
        string run = _folder["run"];
        await using var alexnet = AlexnetProcess.Train(
            run,
            [
                "quickstart",
                "--shards",
                "2",
                "--threads",
                "1",
                "--steps",
                "40",
                "--batch",
                "16",
                "--transport",
                "shm",
                .. SmallRun.FewPictures,
            ]
        );
        int none = 0;
        _ = Ring(Doorbells().FirstOrDefault("none"), ref none); // loads what the thread needs from where its user may not read
        var spying = Nobody.DoAsync(() => Spy(run, alexnet));
        await alexnet.FinishAsync(SmallRun.Deadline);
        var (tries, bells, got) = await spying;
        Assert.True(tries >= Tries, $"{tries} tries");
        Assert.True(bells > 0, "he never found a doorbell, so that nothing was tried"); // it is there while links are made
        Assert.Equal(0, got);
        Assert.DoesNotContain(alexnet.Events, e =>
            e.GetProperty("event").GetString() == "worker" && e.GetProperty("what").GetString() is "lost" or "failed"
        );
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Tries every door until the run has ended: how often, how many doorbells were rung, and how many files, bytes and descriptors were
    /// got.
    /// </summary>
    private static (int Tries, int Bells, int Got) Spy(string run, AlexnetProcess alexnet)
    {
        var (tries, bells, got) = (0, 0, 0);
        for (; !alexnet.HasExited || tries < Tries; tries++)
        {
            foreach (string name in Doorbells())
                got += Ring(name, ref bells);
            got += Opened(run) + Directory.EnumerateFiles("/dev/shm", "alexnet-*").Count(IsReadable);
            if (tries % 50 == 0)
                got += Processes.WithArgument(run).Sum(process => Opened($"/proc/{process}/fd"));
        }
        return (tries, bells, got);
    }

    private static IEnumerable<string> Doorbells() =>
        File.ReadLines("/proc/net/unix")
            .Select(line => line.Split(' ')[^1])
            .Where(name => name.StartsWith("@alexnet-", StringComparison.Ordinal))
            .Distinct()
            .Select(name => name[1..]);

    /// <summary>Connects, says what a worker would, and listens.</summary>
    private static int Ring(string name, ref int bells)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint("\0" + name));
            bells++;
            socket.ReceiveTimeout = 100;
            socket.Send(new byte[32 + 24]);
            return socket.Receive(new byte[64]);
        }
        catch (SocketException)
        {
            return 0; // hung up on, or gone
        }
    }

    private static int Opened(string directory)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(directory).Count();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static bool IsReadable(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return !file.IsInvalid;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
