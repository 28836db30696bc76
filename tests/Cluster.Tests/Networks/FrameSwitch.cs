using System.Collections.Concurrent;
using System.Diagnostics;

namespace Cluster.Tests.Networks;

/// <summary>
/// The switch between the hosts of a virtual network, with the faults of a long cable: 1. a thread for each host reads its frames and drops
/// some; 2. what is left waits in one line for a constant time, so that no frame overtakes another; 3. one thread delivers the line.
/// </summary>
internal sealed class FrameSwitch : IDisposable
{
    private readonly TapDevice[] _ports;
    private readonly TimeSpan _delay;
    private readonly double _loss;
    private readonly bool[] _cut;
    private readonly BlockingCollection<Frame> _line = [];
    private readonly Thread[] _readers;
    private readonly Thread _porter;
    private long _lost,
        _cutOff;

    /// <param name="ports">One for each host.</param>
    /// <param name="delay">From the sending host to the receiving one.</param>
    /// <param name="loss">The share of frames that vanish, each by itself.</param>
    /// <param name="seed">With the number of a host and of its frame it says which.</param>
    public FrameSwitch(IEnumerable<TapDevice> ports, TimeSpan delay, double loss, int seed)
    {
        (_ports, _delay, _loss) = ([.. ports], delay, loss);
        _cut = new bool[_ports.Length];
        _readers = [.. _ports.Select((_, host) => Begin(() => Read(host, new Random(seed + host)), $"frames of host {host}"))];
        _porter = Begin(Deliver, "delivery of frames");
    }

    /// <summary>Frames that vanished by chance so far.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Frames that a cut has held back so far.</summary>
    public long CutOff => Interlocked.Read(ref _cutOff);

    /// <summary>Cuts a host off, or joins it again; frames under way are lost when they arrive during a cut.</summary>
    public void SetCut(int host, bool cut) => Volatile.Write(ref _cut[host], cut);

    /// <summary>Waits for its threads; the interfaces must be gone.</summary>
    public void Dispose()
    {
        Array.ForEach(_readers, reader => reader.Join());
        _line.CompleteAdding();
        _porter.Join();
        _line.Dispose();
    }

    private void Read(int host, Random random)
    {
        byte[] buffer = new byte[TapDevice.LongestFrame];
        while (_ports[host].Read(buffer) is > 0 and var bytes)
        {
            if (random.NextDouble() < _loss)
                Interlocked.Increment(ref _lost);
            else if (IsCut(host))
                Interlocked.Increment(ref _cutOff);
            else
                _line.Add(new Frame(host, buffer[..bytes], Stopwatch.GetTimestamp()));
        }
    }

    private void Deliver()
    {
        foreach (var frame in _line.GetConsumingEnumerable())
        {
            while (_delay - Stopwatch.GetElapsedTime(frame.Sent) is { Ticks: > 0 } left)
                Thread.Sleep((int)Math.Ceiling(left.TotalMilliseconds));
            if (MacAddress.IsForAll(frame.Content))
                Array.ForEach([.. Enumerable.Range(0, _ports.Length).Where(host => host != frame.Source)], host => Deliver(frame, host));
            else if (MacAddress.Destination(frame.Content) is { } host && host < _ports.Length)
                Deliver(frame, host);
        }
    }

    private void Deliver(Frame frame, int host)
    {
        if (IsCut(frame.Source) || IsCut(host))
            Interlocked.Increment(ref _cutOff);
        else
            _ports[host].Write(frame.Content);
    }

    private bool IsCut(int host) => Volatile.Read(ref _cut[host]);

    private static Thread Begin(ThreadStart run, string name)
    {
        var thread = new Thread(run) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    /// <param name="Source">The host that sent it.</param>
    /// <param name="Content">From the destination's address on, without checksum.</param>
    /// <param name="Sent">When it was sent, in ticks of <see cref="Stopwatch"/>.</param>
    private readonly record struct Frame(int Source, byte[] Content, long Sent);
}
