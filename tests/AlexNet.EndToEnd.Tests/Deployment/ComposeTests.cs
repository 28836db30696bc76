namespace AlexNet.EndToEnd.Tests.Deployment;

public sealed class ComposeTests
{
    private static readonly ComposeFile Compose = ComposeFile.Read();
    private static readonly Dockerfile Dockerfile = Dockerfile.Read();
    private static readonly Dictionary<string, string> User = new() { ["ALEXNET_TOKEN"] = "secret" };

    public static TheoryData<string> OurServices => [.. Compose.Services.Where(s => s.Value.Build is not null).Select(s => s.Key)];

    [Theory]
    [MemberData(nameof(OurServices))]
    public void Service_EveryVariable_IsKnownToTheProgram(string name)
    {
        var known = name == "coordinator" ? KnownVariables.OfCoordinator : KnownVariables.OfWorker;
        Assert.All(Compose.Services[name].Environment.Keys, variable => Assert.Contains(variable, known));
    }

    [Theory]
    [MemberData(nameof(OurServices))]
    public void Service_Build_NamesATargetOfTheDockerfile(string name)
    {
        var build = Compose.Services[name].Build;
        Assert.Equal("..", build?.Context);
        Assert.Contains(build?.Target, Dockerfile.Stages.Select(s => s.Name));
    }

    [Theory]
    [MemberData(nameof(OurServices))]
    public void Service_TokenUnset_IsRefusedWithWhatToDo(string name)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => Compose.Services[name].Filled(new Dictionary<string, string>()));
        Assert.StartsWith("ALEXNET_TOKEN must be set", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("worker-0")]
    [InlineData("worker-1")]
    public void Worker_Addresses_AreThoseOfTheServices(string name)
    {
        var environment = Compose.Services[name].Filled(User);
        Assert.Equal((name, name), (environment["ALEXNET_WORKER_ID"], environment["ALEXNET_ADVERTISE"]));
        var coordinator = new Uri(environment["ALEXNET_COORDINATOR"]);
        Assert.Contains(coordinator.Host, Compose.Services.Keys);
        Assert.Equal(PortOf(coordinator.Host, "ALEXNET_LISTEN"), coordinator.Port);
        Assert.Equal("service_healthy", Compose.Services[name].DependsOn[coordinator.Host]["condition"]);
    }

    [Fact]
    public void Prometheus_Targets_HoldAllServicesAtTheirMetricsPorts() => Assert.Subset( // workers that a layout does not have are names without an address
        PrometheusConfig.Read().Targets.ToHashSet(),
        OurServices.Select(row => $"{row.Data}:{PortOf(row.Data, "ALEXNET_HTTP_LISTEN")}").ToHashSet());

    [Fact]
    public void Prometheus_MountedFile_Exists() => Assert.All(
        Compose.Services["prometheus"].Volumes.Where(v => v.StartsWith("./", StringComparison.Ordinal)),
        volume => Assert.True(File.Exists(Path.Combine(Repository.PathOf("deploy"), volume.Split(':')[0])), volume));

    [Fact]
    public void Volumes_EveryNamedOne_IsDeclared() => Assert.All(
        Compose.Services.Values.SelectMany(s => s.Volumes).Select(v => ComposeFile.Fill(v, User).Split(':')[0]).Where(v => !v.StartsWith('.')),
        volume => Assert.Contains(volume, Compose.Volumes.Keys));

    [Fact]
    public void Ports_PublishedOnes_AreOnLoopbackOnly() =>
        Assert.All(Compose.Services.Values.SelectMany(s => s.Ports), port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));

    private static int PortOf(string service, string variable)
    {
        var (composed, image) = (Compose.Services[service].Environment, Dockerfile.EnvironmentOf(Compose.Services[service].Build?.Target ?? ""));
        return int.Parse((composed.GetValueOrDefault(variable) ?? image[variable]).Split(':')[^1]);
    }
}
