namespace Lockstep.Core.Topology;

/// <summary>A place in the topology; a worker fills one slot.</summary>
public readonly record struct Slot(int Replica, int Shard)
{
    public override string ToString() => $"(replica {Replica}, shard {Shard})";
}
