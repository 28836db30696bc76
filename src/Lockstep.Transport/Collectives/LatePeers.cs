using Lockstep.Core.Collectives;
using Lockstep.Core.Plans;
using Lockstep.Transport.Links;

namespace Lockstep.Transport.Collectives;

/// <summary>Says who did not do its part of an operation before the deadline (law 6).</summary>
internal static class LatePeers
{
    /// <summary>The first peer whose part is missing; null for none.</summary>
    public static Member? First(IReadOnlyCollection<PostedReceive> receives, IReadOnlyCollection<OutboundMessage> sends)
    {
        var missing = receives.Where(r => !r.IsComplete);
        return (missing.OfType<AddendReceive>().FirstOrDefault() ?? missing.FirstOrDefault())?.From
            ?? sends.FirstOrDefault(s => !s.IsOver)?.To;
    }

    public static PeerLostException Describe(
        Operation name,
        IOperationMesh mesh,
        IEnumerable<PostedReceive> receives,
        IEnumerable<OutboundMessage> sends
    )
    {
        string within = $"within {mesh.Deadline.TotalSeconds:0.###} s";
        PostedReceive[] missing = [.. receives.Where(r => !r.IsComplete)];

        // A finished part may be late because of an addend that its owner waits for too: who owes an addend is the one to blame.
        PostedReceive[] addends = [.. missing.OfType<AddendReceive>()];
        List<(Member Peer, string Text)> late =
        [
            .. (addends.Length > 0 ? addends : missing).Select(r =>
                (r.From, $"{r.From}, did not send {name} {within} to {mesh.Self.Slot}: {r.Taken} of {r.Total} bytes came")
            ),
        ];
        if (late.Count == 0)
        {
            late.AddRange(
                sends
                    .Where(s => !s.IsOver)
                    .Select(s => (s.To, $"{s.To}, did not take {name} {within} from {mesh.Self.Slot}: {s.Copied} of {s.Total} bytes left"))
            );
        }

        return late.Count == 0
            ? new($"{mesh.Self}, did not end {name} {within}, although every peer did its part", mesh.Self.Rank)
            : new(string.Join("; ", late.Select(l => l.Text)), late[0].Peer.Rank) { IsLate = true };
    }
}
