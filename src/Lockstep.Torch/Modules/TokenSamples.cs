using Lockstep.Core.Sampling;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>
/// A text as numbers, cut into windows of equal length: inputs are the tokens of a window, targets the tokens that follow each of them.
/// </summary>
public sealed class TokenSamples : ModuleSamples
{
    private readonly Tensor _tokens;
    private readonly int _length;
    private readonly Lazy<string> _fingerprint;

    /// <param name="tokens">The numbers of the tokens, in the order of the text.</param>
    /// <param name="length">Tokens of a window.</param>
    /// <exception cref="ArgumentException">The text is shorter than a window and the token after it.</exception>
    public TokenSamples(ReadOnlySpan<int> tokens, int length)
    {
        if (length < 1 || tokens.Length <= length)
        {
            throw new ArgumentException(
                $"the text has {tokens.Length} tokens, and a window {length}; a window must have one at least, and the text one more.",
                nameof(tokens)
            );
        }

        (_tokens, _length) = (tensor(tokens.ToArray(), ScalarType.Int64).DetachFromDisposeScope(), length);
        Count = (tokens.Length - 1) / length;
        _fingerprint = new(() => $"{HashOf([_tokens])} in windows of {length}");
    }

    public override int Count { get; }

    public override string Fingerprint => _fingerprint.Value;

    public override IReadOnlyList<Tensor> Read(BatchPlan plan)
    {
        using var scope = NewDisposeScope();
        var starts = tensor(Array.ConvertAll(plan.Indices.ToArray(), i => (long)i * _length)).unsqueeze(1);
        var places = starts + arange(_length);
        return [Tokens(places), Tokens(places + 1)];
    }

    private Tensor Tokens(Tensor places) => _tokens.index_select(0, places.reshape(-1)).reshape(places.shape).MoveToOuterDisposeScope();
}
