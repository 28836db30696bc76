using System.Text;
using Lockstep.Torch.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Examples;

/// <summary>A text as the numbers of its bytes.</summary>
internal static class Letters
{
    /// <summary>Letters that the net sees at a time.</summary>
    public const int Window = 40;

    /// <summary>How many letters there are.</summary>
    public const int Kinds = 128;

    private const int Lines = 8000;

    /// <summary>The last tenth of a text is its test.</summary>
    public static (TokenSamples Train, TokenSamples Test) Read(string path)
    {
        string text = path.Length > 0 ? File.ReadAllText(path) : Sums();
        int[] letters = [.. text.Select(c => c < Kinds ? c : (int)'?')];
        int border = letters.Length * 9 / 10;
        return (new TokenSamples(letters.AsSpan(0, border), Window), new TokenSamples(letters.AsSpan(border), Window));
    }

    /// <summary>
    /// The loss of every letter that counts, and how many do: what stands before the first line's end can be no more than guessed.
    /// </summary>
    public static (Tensor Sum, Tensor Weight) Loss(Tensor logits, Tensor targets)
    {
        var counts = (targets == '\n').cumsum(1, ScalarType.Int64) > 0;
        var losses = functional.cross_entropy(logits.view(-1, Kinds), targets.reshape(-1), reduction: Reduction.None);
        return ((losses * counts.reshape(-1)).sum(), counts.sum());
    }

    /// <summary>The share of letters that are foretold, for each window.</summary>
    public static Tensor Accuracy(Tensor logits, Tensor targets) => (logits.argmax(2) == targets).to(ScalarType.Float32).mean([1]);

    private static string Sums()
    {
        var (random, text) = (new Random(1), new StringBuilder());
        for (int line = 0; line < Lines; line++)
        {
            var (a, b) = (random.Next(100), random.Next(100));
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{a:00}+{b:00}={a + b:000}\n");
        }

        return text.ToString();
    }
}
