using AlexNet.Recipes;

namespace AlexNet.Net.Tests.Ladder;

/// <summary>
/// Law 2: the product agrees with an independent implementation, rung after rung: initial weights, forward, gradients, losses.
/// The lowest rung that fails is the one to look at.
/// </summary>
public class ParityLadderTests
{
    public static TheoryData<string> Fixtures => [.. ParityFixture.Names];

    public static TheoryData<string, string> SegmentEnds => Rows((_, net) => net.Segments.Select(s => net.Layers[s.End - 1].Name));

    public static TheoryData<string, string> Parameters => Rows((fixture, _) => fixture.Gradients.Keys);

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Initial_weights_are_equal_bit_for_bit_to_an_independent_implementation(string name) =>
        Assert.Equal(ParityFixture.Of(name).InitialWeights.OrderBy(p => p.Key), ParityRun.Of(name).InitialWeights.OrderBy(p => p.Key));

    [Theory]
    [MemberData(nameof(SegmentEnds))]
    public void Forward_agrees_with_an_independent_implementation(string name, string layer)
    {
        var net = NetShape.Of(ParityFixture.Of(name).ReadRecipe());
        double tolerance = Tolerances.Output(net.Layers.Single(l => l.Name == layer));
        AssertAgree(ParityFixture.Of(name).Outputs[layer], ParityRun.Of(name).Outputs[layer], tolerance);
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Each_gradient_agrees_with_an_independent_implementation(string name, string parameter)
    {
        var fixture = ParityFixture.Of(name);
        var net = NetShape.Of(fixture.ReadRecipe());
        double tolerance = Tolerances.Gradient(fixture, net, net.Layers.Single(l => parameter.StartsWith(l.Name + '.')));
        AssertAgree(fixture.Gradients[parameter], ParityRun.Of(name).Gradients[parameter], tolerance);
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void First_losses_agree_with_an_independent_implementation(string name)
    {
        var (expected, losses) = (ParityFixture.Of(name).Losses, ParityRun.Of(name).Losses);
        for (int step = 0; step < expected.Count; step++)
        {
            Assert.True(
                Math.Abs(losses[step] / expected[step] - 1) <= Tolerances.Loss(step),
                $"step {step}: the loss is {losses[step]:g9}; {expected[step]:g9} was required, within {Tolerances.Loss(step):g2} of it."
            );
        }
    }

    private static void AssertAgree(TensorSummary expected, TensorSummary actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        AssertWithin(actual.RelativeDistance(expected), tolerance, "the relative L2 distance");
        AssertWithin(Math.Abs(actual.Norm / expected.Norm - 1), tolerance, "the relative difference of the norms");

        double rms = expected.Norm / Math.Sqrt(expected.Count);
        for (int i = 0; i < expected.Elements.Count; i++)
        {
            double error = Math.Abs(actual.Elements[i] - expected.Elements[i]) / Math.Max(rms, Math.Abs(expected.Elements[i]));
            AssertWithin(error, Tolerances.Element * tolerance, $"the relative error of element {expected.Indices[i]}");
        }
    }

    private static void AssertWithin(double found, double tolerance, string what) =>
        Assert.True(found <= tolerance, $"{what} is {found:g2}; {tolerance:g2} or less was required.");

    private static TheoryData<string, string> Rows(Func<ParityFixture, NetShape, IEnumerable<string>> names)
    {
        var rows = new TheoryData<string, string>();
        foreach (string fixture in ParityFixture.Names)
        {
            foreach (string name in names(ParityFixture.Of(fixture), NetShape.Of(ParityFixture.Of(fixture).ReadRecipe())))
                rows.Add(fixture, name);
        }

        return rows;
    }
}
