using Lockstep.Torch.Trainables;
using TorchSharp;

namespace Lockstep.Torch.Modules;

/// <summary>What of a module's <c>state_dict()</c> no gradient changes.</summary>
internal static class ModuleState
{
    public static IReadOnlyList<StateTensor> Of(torch.nn.Module module)
    {
        var saved = module.state_dict().Keys.ToHashSet();
        return
        [
            .. module
                .named_parameters()
                .Where(p => !p.parameter.requires_grad)
                .Select(p => new StateTensor(p.name, p.parameter, IsFixed: true)),
            .. module.named_buffers().Where(b => saved.Contains(b.name)).Select(b => new StateTensor(b.name, b.buffer)),
        ];
    }
}
