using AlexNet.Testing;
using Engine.Tests.Engines;
using Lockstep.Core.Errors;

namespace Engine.Tests.Compose;

/// <summary>Directories of the machine in the containers: certificates, and a data set.</summary>
public sealed class MountTests(DockerEngine engine, Undisturbed undisturbed) : IClassFixture<Undisturbed>, IDisposable
{
    private const string WithTls = "--file docker-compose.yml --file docker-compose.tls.yml";
    private static readonly string[] Processes = ["worker-0", "worker-1", "coordinator"];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Certificates_that_alexnet_makes_serve_as_they_are()
    {
        await engine.StartAsync();
        await using (var certs = ProgramProcess.Start(ProgramProcess.Beside("alexnet"), ["certs", _folder["tls"], "--compose"]))
            await certs.SucceedAsync(ComposeProject.Deadline);
        await using ComposeProject project = new(engine, "cpu", new(Undisturbed.Short) { ["TLS_DIR"] = _folder["tls"] });
        await project.RunAsync($"{WithTls} up --detach");
        await project.EndedAsync(0, Processes);
        await undisturbed.AssertSameAsync(await project.RunDirectoryAsync(), replicas: 1);
        Assert.DoesNotContain("WITHOUT TLS", await project.LogsAsync("coordinator"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificates_that_are_not_there_are_named_with_the_command_that_makes_them()
    {
        await engine.StartAsync();
        await using ComposeProject project = new(engine, "cpu", new(Undisturbed.Short) { ["TLS_DIR"] = _folder["nowhere"] });
        await project.RunAsync($"{WithTls} up --detach");
        await project.EndedAsync(ExitCodes.BadInput, "coordinator");
        Assert.Contains("'alexnet certs", await project.LogsAsync("coordinator"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_set_of_the_machine_is_mounted_and_trained_on()
    {
        string data = Checkout.Above("shared/data/fashion-mnist") is { } found ? found : _folder["none"];
        Assert.SkipUnless(Directory.Exists(data), "needs ../shared/data/fashion-mnist.");
        await engine.StartAsync();
        await using ComposeProject project = new(
            engine,
            "cpu",
            new()
            {
                ["ALEXNET_RECIPE"] = "fashion-mnist",
                ["ALEXNET_SET"] = "training.steps=20;training.epochs=1",
                ["DATA_VOLUME"] = Path.GetDirectoryName(data),
                ["ALEXNET_DATA"] = "/data/fashion-mnist",
                ["ALEXNET_LINGER"] = "8",
            }
        );
        await project.RunAsync("up --detach");
        await project.EndedAsync(0, Processes);
        Assert.Equal(20, TrainedState.RecordedSteps(await project.RunDirectoryAsync()));
    }

    public void Dispose() => _folder.Dispose();
}
