using AlexNet.Recipes;

namespace AlexNet.Net.Tests.Ladder;

/// <summary>How far a right fp32 program may be from the fp64 reference, and why.</summary>
internal static class Tolerances
{
    /// <summary>
    /// Relative L2 for each layer passed: ten roundings of fp32 (6e-8 each). The sums of a layer run over hundreds to thousands of addends,
    /// but their rounding errors have random signs and mostly cancel; 1 to 3 roundings a layer were seen.
    /// </summary>
    private const double Layer = 6e-7;

    /// <summary>
    /// A gradient that goes through the other pixel of a tied pooling window reaches a neighbouring place. The paper's first weights tie a
    /// few windows after conv5: between fp32 and fp64 the reference itself lets 5 of 36,864 go the other way, which moves conv1's gradient
    /// by 1.8e-2; this product moved it by 7e-3 to 5e-2, depending on the instruction set. So this bound only says that the gradient is the
    /// right one; the same net without ties (imagenet-2012-fan-in) is held to the strict bound.
    /// </summary>
    private const double Tied = 0.2;

    /// <summary>
    /// Below this margin, rounding can decide which branch a gradient takes; the script keeps ten times the distance seen.
    /// </summary>
    private const double SafeMargin = 4e-6;

    /// <summary>
    /// Of a single element, as a multiple of the tensor's bound: its error is one draw, and the largest of sixteen is some sigma.
    /// </summary>
    public const double Element = 10;

    /// <summary>Relative L2 of a layer's output: the layers below and itself.</summary>
    public static double Output(LayerShape layer) => Layer * (layer.Index + 1);

    /// <summary>Relative L2 of a parameter's gradient: all layers on the way up, and those above on the way back.</summary>
    public static double Gradient(ParityFixture fixture, NetShape net, LayerShape layer)
    {
        bool tied = fixture.Margin < SafeMargin && net.Layers.Any(l => l.Index >= layer.Index && l.Recipe is ConvRecipe { Pool: not null });
        return tied ? Tied : Layer * (2 * net.Layers.Count - layer.Index);
    }

    /// <summary>
    /// Relative, of the loss of a step: updates feed the rounding back, so it grows like a power. The law asks for 1e-3 within 8 steps.
    /// </summary>
    public static double Loss(int step) => Math.Min(1e-6 * Math.Pow(3, step), 1e-3);
}
