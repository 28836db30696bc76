using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Examples;

/// <summary>
/// Attention to what stands before, layer on layer; the embeddings serve as the last layer too. Source: Radford et al. 2019.
/// </summary>
internal sealed class Decoder : Module<Tensor, Tensor>
{
    private readonly Embedding tokens,
        places;
    private readonly ModuleList<Layer> layers;
    private readonly LayerNorm norm;

    /// <param name="width">Numbers in an embedding.</param>
    /// <param name="depth">Layers.</param>
    /// <param name="heads">Heads of attention; they divide the width.</param>
    /// <param name="context">The longest text.</param>
    public Decoder(int width, int depth, int heads, int context)
        : base("decoder")
    {
        (tokens, places, norm) = (Embedding(Letters.Kinds, width), Embedding(context, width), LayerNorm(width));
        layers = ModuleList([.. Enumerable.Range(0, depth).Select(_ => new Layer(width, heads))]);
        RegisterComponents();
        foreach (var embedding in new[] { tokens, places })
            init.normal_(embedding.weight!, 0, 0.02);
    }

    /// <param name="x">Numbers of letters, [texts, letters].</param>
    /// <returns>[texts, letters, kinds].</returns>
    public override Tensor forward(Tensor x)
    {
        var state = tokens.call(x) + places.call(arange(x.shape[1], device: x.device));
        foreach (var layer in layers)
            state = layer.call(state);
        return functional.linear(norm.call(state), tokens.weight!);
    }

    private sealed class Layer : Module<Tensor, Tensor>
    {
        private readonly int _heads;
        private readonly LayerNorm norm1,
            norm2;
        private readonly Linear query,
            output,
            wide,
            narrow;

        public Layer(int width, int heads)
            : base("layer")
        {
            _heads = heads;
            (norm1, norm2) = (LayerNorm(width), LayerNorm(width));
            (query, output) = (Linear(width, 3 * width), Linear(width, width));
            (wide, narrow) = (Linear(width, 4 * width), Linear(4 * width, width));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            x = x + Attend(norm1.call(x));
            return x + narrow.call(functional.gelu(wide.call(norm2.call(x))));
        }

        private Tensor Attend(Tensor x)
        {
            var (texts, letters, width) = (x.shape[0], x.shape[1], x.shape[2]);
            var parts = query.call(x).view(texts, letters, 3, _heads, width / _heads).permute(2, 0, 3, 1, 4);
            var seen = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: true);
            return output.call(seen.transpose(1, 2).reshape(texts, letters, width));
        }
    }
}
