using Lockstep.Coordinator.Turns;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Tests.Run;

/// <summary>What workers find of their machines is compared, and told once.</summary>
public class CheckupTests
{
    private readonly ScriptedRun _run = new(ScriptedRun.OptionsOf(replicas: 4));

    private IEnumerable<string> Notices =>
        _run.Told.Where(e => e.Noticed is not null).Select(e => $"{e.Noticed.WorkerId}: {e.Noticed.Message}");

    [Fact]
    public void Take_AMachineThatIsUnlikeTheOthers_IsToldOnce()
    {
        Join("w0", "node-a", diskSpeed: 300e6);
        Assert.False(Welcome("w0").IsKnown);
        Join("w1", "node-b", diskSpeed: 2e6);
        Join("w2", "node-b", diskSpeed: null); // it need not measure what w1 has
        Assert.True(Welcome("w2").IsKnown);
        string told = Assert.Single(Notices);
        Assert.StartsWith("w1: node-b writes 2.0 MB/s into the run directory", told, StringComparison.Ordinal);
    }

    /// <summary>Eight workers that write at once get an eighth of the disk each.</summary>
    [Fact]
    public void Take_WorkersOfAMachineThatMeasureAtOnce_AddsUpWhatTheyGet()
    {
        Join("w0", "node-a", diskSpeed: 180e6);
        foreach (string id in (string[])["w1", "w2", "w3"])
            Assert.Null(_run.Join(id, join => join.Host = "node-b"));
        foreach (string id in (string[])["w1", "w2", "w3"])
            Tell(id, diskSpeed: 45e6);
        Assert.Empty(Notices);
    }

    /// <summary>Machines that differ in a digit are two.</summary>
    [Fact]
    public void Take_TwoMachinesWithTheSameTrouble_TellsOfBoth()
    {
        Join("w0", "node-1", diskSpeed: 300e6);
        Join("w1", "node-2", diskSpeed: 300e6);
        Join("w2", "node-3", diskSpeed: 300e6);
        Join("w3", "node-4", diskSpeed: 2e6);
        Join("w4", "node-5", diskSpeed: 2e6);
        Assert.Equal(["w3", "w4"], Notices.Select(n => n[..2]));
    }

    [Fact]
    public void Start_WithALinkThatIsSlow_NamesIt()
    {
        string[] ids = ["w0", "w1", "w2", "w3"];
        _run.JoinAndLoad(ids);
        for (int rank = 0; rank < ids.Length; rank++)
        {
            var ready = new Ready { Parameters = 1, Transports = { Enumerable.Repeat(Link.Types.Transport.Grpc, ids.Length) } };
            if (rank > 0)
                ready.Peers.Add(Speed(rank - 1, rank == 3 ? 5e6 : 400e6));
            if (rank < 3)
                ready.Peers.Add(Speed(rank + 1, rank == 2 ? 5e6 : 400e6));
            _run.Say(ids[rank], new() { Ready = ready });
        }
        Assert.StartsWith("w2: the link between w2 and w3 carries 5 MB/s", Assert.Single(Notices), StringComparison.Ordinal);
    }

    private Welcome Welcome(string id) =>
        _run.Effects.OfType<Send>().Single(s => s.To == _run[id] && s.Message.Welcome is not null).Message.Welcome;

    private static PeerSpeed Speed(int rank, double rate) =>
        new()
        {
            Rank = rank,
            Seconds = 0.0001,
            BytesPerSecond = rate,
        };

    private void Join(string id, string host, double? diskSpeed)
    {
        Assert.Null(_run.Join(id, join => join.Host = host));
        Tell(id, diskSpeed);
    }

    private void Tell(string id, double? diskSpeed)
    {
        var checkup = new Checkup { FreeMemory = 1_000_000_000 };
        if (diskSpeed is { } speed)
            checkup.DiskSpeed = speed;
        _run.Say(id, new() { Checkup = checkup });
    }
}
