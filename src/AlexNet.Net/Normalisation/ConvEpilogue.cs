using AlexNet.Recipes;

namespace AlexNet.Net.Normalisation;

/// <summary>
/// What follows the sum of a convolution: ReLU, local response normalisation and max-pooling, each where the layer has it.
/// </summary>
/// <param name="Towers">Groups of channels that do not see one another; one where it normalises across all towers.</param>
/// <param name="Lrn">Constants of the normalisation; null for none.</param>
/// <param name="Rectify">Whether a ReLU comes before it.</param>
/// <param name="Pool">The max-pooling after it, if there is one.</param>
internal sealed record ConvEpilogue(int Towers, LrnRecipe? Lrn, bool Rectify = false, PoolRecipe? Pool = null);
