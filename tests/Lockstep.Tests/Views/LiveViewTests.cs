using AlexNet.Testing;
using Lockstep.Hosting;
using Lockstep.Launching;
using Lockstep.Protocol.V1;
using Lockstep.Views;
using Spectre.Console;

namespace Lockstep.Tests.Views;

public class LiveViewTests
{
    private const string Loss = "worker w1 (replica 0, shard 1), process 2 on b, was lost during reduce 3 of step 41: connection lost";

    internal static readonly TrainRequest Request = SmallRequest.Create(OutputKind.Text);

    [Fact]
    public void Show_InTheBackground_WritesLinesAndMovesNoCursor()
    {
        string text = Shown(isForeground: false);
        Assert.DoesNotContain("\u001b[1A", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[?25l", text, StringComparison.Ordinal);
        Assert.DoesNotContain("█", text, StringComparison.Ordinal);
        Assert.Equal(
            [
                "Status page: http://127.0.0.1:1/",
                "Worker w1 (replica 0, shard 1), process 2 on b, was lost during reduce 3 of step 41: connection lost.",
                "Generation 2 trains from step 40 with 1 replica; weights: checkpoint.",
                "epoch 1 done: loss 0.5000, test loss 0.2500, accuracy 97.50% (top 5: 100.00%)",
            ],
            text.Replace("\u001b[K", "", StringComparison.Ordinal).Split('\n').Take(4)
        );
        Assert.Contains("Test accuracy 97.50% (top 5: 100.00%) after 1 step,", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(40)]
    public void Show_AtATerminal_HasLossesAndRecoveriesAmongTheEpochsAndFits(int columns)
    {
        string text = Shown(isForeground: true, columns);
        int loss = text.IndexOf("was lost", StringComparison.Ordinal),
            recovery = text.IndexOf("Generation 2", StringComparison.Ordinal),
            epoch = text.IndexOf("epoch 1 done", StringComparison.Ordinal);
        Assert.True(0 <= loss && loss < recovery && recovery < epoch, text);
        string last = text[text.LastIndexOf('█')..];
        Assert.Contains("w2", last, StringComparison.Ordinal); // who took the slot of the lost one
        Assert.All(Escapes.Of(text[..text.LastIndexOf("Test accuracy", StringComparison.Ordinal)]).Split('\n', '\r'), line =>
            Assert.InRange(line.Length, 0, columns)
        );
    }

    private static string Shown(bool isForeground, int columns = 200)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.Yes,
                ColorSystem = ColorSystemSupport.NoColors,
                Out = new AnsiConsoleOutput(text),
            }
        );
        (console.Profile.Width, console.Profile.Height) = (columns, 24);
        using var view = new LiveView(Request, console, () => isForeground);
        view.Serving("http://127.0.0.1:1/");
        view.Show(
            new()
            {
                Started = new()
                {
                    Recipe = "quickstart",
                    Replicas = 1,
                    Shards = 2,
                    Epochs = 5,
                    TotalSteps = 100,
                    Parameters = 483_530,
                    TrainSamples = 10_000,
                    TestSamples = 2_000,
                    Members = { Member("w0"), Member("w1") },
                },
            }
        );
        view.Show(
            new()
            {
                Worker = new()
                {
                    WorkerId = "w1",
                    ProcessId = 2,
                    Host = "b",
                    Stage = WorkerChanged.Types.Stage.Lost,
                    Message = Loss,
                },
            }
        );
        view.Show(
            new()
            {
                Generation = new()
                {
                    Generation = 2,
                    StartStep = 40,
                    Replicas = 1,
                    Source = GenerationBegun.Types.Source.Checkpoint,
                    Members = { Member("w0"), Member("w2") },
                },
            }
        );
        view.Show(
            new()
            {
                Seconds = 9,
                Step = new()
                {
                    Step = 41,
                    Epoch = 1,
                    Loss = 0.5,
                    SamplesPerSecond = 652,
                    Workers = { Worker(), Worker() },
                },
            }
        );
        view.Show(
            new()
            {
                Epoch = new()
                {
                    Epoch = 1,
                    Step = 100,
                    Loss = 0.5,
                    Metrics = { Measured.Of(0.25, 0.975, 1).ToWire() },
                },
            }
        );
        view.Show(
            new()
            {
                Finished = new() { Steps = 1, Metrics = { Measured.Of(0.25, 0.975, 1).ToWire() } },
            }
        );
        return text.ToString();
    }

    private static Member Member(string id) =>
        new()
        {
            WorkerId = id,
            ProcessId = 4711,
            Host = "node-a",
        };

    private static WorkerStep Worker() =>
        new()
        {
            SamplesPerSecond = 652,
            Phases = new()
            {
                Exchange = 0.01,
                Load = 0.01,
                Total = 0.1,
            },
        };
}
