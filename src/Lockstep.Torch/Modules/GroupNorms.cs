using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>
/// TorchSharp (0.107) makes a <c>GroupNorm</c> without giving its weight and bias a value: they are whatever lies in memory, and replicas
/// differ. Its other layers begin as PyTorch's do.
/// </summary>
internal static class GroupNorms
{
    /// <summary>What to tell of a net that was just made; null where every group normalisation begins as it should.</summary>
    public static string? Caution(nn.Module net)
    {
        string[] strange =
        [
            .. net.named_modules()
                .Prepend((name: "the net", module: net))
                .Where(m => m.module is GroupNorm { weight: not null } norm && !IsPlain(norm))
                .Select(m => $"'{m.name}'")
                .Distinct(),
        ];
        return strange.Length == 0
            ? null
            : $"TorchSharp leaves the weight and bias of a GroupNorm without a value, and {string.Join(", ", strange)} have other ones "
                + "than 1 and 0. If you have not set them yourself, call init.ones_(norm.weight) and init.zeros_(norm.bias) where you make "
                + "the net.";
    }

    private static bool IsPlain(GroupNorm norm)
    {
        using var scope = NewDisposeScope();
        return norm.weight!.eq(1).all().item<bool>() && (norm.bias is null || norm.bias.eq(0).all().item<bool>());
    }
}
