using AlexNet.Cli.Planning;
using AlexNet.Recipes.Planning;
using Lockstep.Core.Errors;

namespace AlexNet.Cli.Tests.Planning;

public sealed class MachineFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"machine-{Guid.NewGuid():N}.json");

    [Fact]
    public void Read_OfWhatWasWritten_IsThat()
    {
        var machine = Machine("imagenet-2012") with
        {
            Layers = [LayerCost.Through("conv1", (4, 0.1, 0.2), (32, 0.8, 1.6))],
            SharesDevice = true,
        };
        MachineFile.Write(_path, machine);
        var read = MachineFile.Read(_path, "imagenet-2012");
        Assert.Equal(machine.Layers, read.Layers);
        Assert.Equal(machine, read with { Layers = machine.Layers });
    }

    [Fact]
    public void Read_ForAnotherRecipe_NamesBothAndTheRemedy()
    {
        MachineFile.Write(_path, Machine("imagenet-2012"));
        string message = Assert.Throws<BadInputException>(() => MachineFile.Read(_path, "quickstart")).Message;
        Assert.Contains("the layer times of 'imagenet-2012', but the plan is for 'quickstart'", message, StringComparison.Ordinal);
        Assert.Contains("alexnet bench machine quickstart", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAFileThatIsNotThere_SaysSoInOneSentence()
    {
        string message = Assert.Throws<BadInputException>(() => MachineFile.Read(_path, "quickstart")).Message;
        Assert.Contains(_path, message, StringComparison.Ordinal);
        Assert.DoesNotContain("..", message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_path);

    private static MachineModel Machine(string recipe) =>
        new()
        {
            Recipe = recipe,
            DeviceRate = 1e11,
            Local = new(1e9, 1e-4),
            Network = new(1e8, 1e-3),
        };
}
