using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>The modules that a net is made of.</summary>
internal static class NetModules
{
    /// <summary>The net itself, whose name is empty, and all modules in it, each once, in their order.</summary>
    public static IEnumerable<(string Name, nn.Module Module)> Of(nn.Module net) =>
        net.named_modules().Prepend(("", net)).DistinctBy(m => m.Item2, ReferenceEqualityComparer.Instance);
}
