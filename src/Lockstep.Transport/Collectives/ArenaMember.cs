using Lockstep.Transport.Links;
using Lockstep.Transport.SharedMemory;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.Collectives;

/// <summary>The values of another member of an all-reduce in place; held mapped until disposed.</summary>
internal sealed class ArenaMember : IDisposable
{
    private readonly SharedPair _pair;
    private readonly SharedMapping _block;
    private readonly ArenaOffer _offer;

    private ArenaMember(PeerLink link, SharedPair pair, SharedMapping block, ArenaOffer offer) =>
        (Link, _pair, _block, _offer) = (link, pair, block, offer);

    public PeerLink Link { get; }

    /// <summary>Where the values are in this process.</summary>
    public nint Address => _block.Address + (nint)_offer.Offset;

    /// <summary>Maps what a member offers; null when its link has ended. An offer that lies ends the link.</summary>
    public static async Task<ArenaMember?> OpenAsync(PeerLink link, ArenaOffer offer, long bytes)
    {
        if (link.Shared is not { } pair || !pair.TryHold())
        {
            return null;
        }

        var block = await BlockAsync(pair, offer);
        if (block is null)
        {
            pair.Release();
            return null;
        }

        ArenaMember member = new(link, pair, block, offer);
        bool fits =
            offer.Bytes == bytes
            && offer.Offset >= 0
            && offer.Offset <= block.Bytes - bytes
            && offer.Grant.Slot is >= 0 and < GrantTable.Slots;
        if (fits)
        {
            return member;
        }

        var refusal = Refusal.Malformed(
            $"an offer of {offer.Bytes} bytes at {offer.Offset} of {block.Bytes} was found, "
                + $"{bytes} bytes inside the block are required; do both workers run the same recipe and plan?"
        );
        link.Lose(new(link.Peer, $"its message was refused: {refusal}", null), refusal);
        member.Dispose();
        return null;
    }

    public bool TryEnter() => _pair.Grants.TryEnter(_offer.Grant);

    public void Exit() => _pair.Grants.Exit(_offer.Grant);

    public void Dispose()
    {
        _block.DangerousRelease();
        _pair.Release();
    }

    private static async Task<SharedMapping?> BlockAsync(SharedPair pair, ArenaOffer offer)
    {
        try
        {
            var block = await pair.PeerBlockAsync(offer.Block);
            return block.TryHold() ? block : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
