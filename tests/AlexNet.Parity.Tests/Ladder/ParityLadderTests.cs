


namespace AlexNet.Parity.Tests.Ladder;

/// <summary>
/// Law 2: the product agrees with an independent implementation, rung after rung: initial weights, forward, gradients, losses.
/// The lowest rung that fails is the one to look at.
/// </summary>
public class ParityLadderTests
{
    public static TheoryData<string> Fixtures => [.. ParityFixture.Names];

    [Fact]
    public void Print()
    {
        foreach (var name in ParityFixture.Names)
        {
            var sw = System.Diagnostics.Stopwatch.StartNew();
            var (f, r) = (ParityFixture.Of(name), ParityRun.Of(name));
            Console.WriteLine($"== {name} {sw.Elapsed.TotalSeconds}");
            foreach (var (k, v) in r.InitialWeights) if (v != f.InitialWeights[k]) Console.WriteLine("HASH " + k);
            foreach (var (k, v) in r.Outputs.Concat(r.Gradients))
            {
                var e = f.Outputs.TryGetValue(k, out var o) ? o : f.Gradients[k];
                double rms = e.Norm / Math.Sqrt(e.Count);
                Console.WriteLine($"{k} n {v.Norm / e.Norm - 1:e1} d {v.RelativeDistance(e):e1} el {v.Elements.Zip(e.Elements, (a, b) => Math.Abs(a - b) / Math.Max(Math.Abs(b), rms)).Max():e1}");
            }
            Console.WriteLine(string.Join(" ", r.Losses.Zip(f.Losses, (a, b) => $"{b:f4}:{a / b - 1:e1}")));
        }
    }
}
