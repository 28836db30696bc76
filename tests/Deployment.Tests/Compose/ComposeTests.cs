using System.Globalization;
using AlexNet.Recipes;
using AlexNet.Testing;
using Deployment.Tests.Images;
using Deployment.Tests.Metrics;
using Lockstep.Coordinator;
using Lockstep.Hosting;
using Lockstep.Hosting.Security;
using Lockstep.Worker.Options;

namespace Deployment.Tests.Compose;

public sealed class ComposeTests
{
    private const int Farewell = 10; // seconds that the coordinator gives workers and connections to go, after its grace

    private static readonly ComposeFile Compose = ComposeFile.Read();
    private static readonly Dockerfile Dockerfile = Dockerfile.Read();
    private static readonly Dictionary<string, string> User = new() { ["ALEXNET_TOKEN"] = "secret" };

    public static TheoryData<string> OurServices => [.. Compose.Services.Where(s => s.Value.Build is not null).Select(s => s.Key)];

    public static TheoryData<string, int> ProfilesAndReplicas =>
        new()
        {
            { "cpu", 1 },
            { "gpu", 1 },
            { "cpu-2x2", 2 },
            { "gpu-2x2", 2 },
        };

    [Theory]
    [MemberData(nameof(OurServices))]
    public void Service_EveryVariable_IsASettingThatTheProgramAccepts(string name)
    {
        if (IsCoordinator(name))
            Assert.True(CoordinatorOf(name).ResumesAsNeeded, "'docker compose up' goes on with the run that it was stopped in");
        else
            Assert.Equal("secret", WorkerOptions.From(SettingsOf(name)).Token);
    }

    [Theory]
    [MemberData(nameof(OurServices))]
    public void Service_Build_NamesATargetOfTheDockerfile(string name)
    {
        var build = Compose.Services[name].Build;
        Assert.Equal("..", build?.Context);
        Assert.Equal("${REVISION:-}", build?.Args["REVISION"]);
        Assert.Contains(build?.Target, Dockerfile.Stages.Select(s => s.Name));
        Assert.Equal(
            name.EndsWith("-gpu", StringComparison.Ordinal) ? "worker-cuda"
                : IsCoordinator(name) ? "coordinator"
                : "worker-cpu",
            build?.Target
        );
    }

    [Theory]
    [MemberData(nameof(OurServices))]
    public void Service_TokenUnset_IsRefusedWithWhatToDo(string name)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => Compose.Services[name].Filled(new Dictionary<string, string>()));
        Assert.StartsWith("ALEXNET_TOKEN must be set", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(OurServices))]
    public void Service_Container_IsAllowedNothingThatItDoesNotNeed(string name)
    {
        var service = Compose.Services[name];
        Assert.True(service.ReadOnly);
        Assert.Equal(["/tmp"], service.Tmpfs);
        Assert.Equal(["ALL"], service.CapDrop);
        Assert.Equal(["no-new-privileges:true"], service.SecurityOpt);
    }

    [Theory]
    [MemberData(nameof(ProfilesAndReplicas))]
    public void Profile_Services_AreOneCoordinatorAndAsManyWorkersAsItsLayout(string profile, int replicas)
    {
        var services = Compose.Of(profile);
        var coordinator = CoordinatorOf(Assert.Single(services.Keys, IsCoordinator));
        Assert.Equal((replicas, 2), (coordinator.Topology.Replicas, coordinator.Topology.Shards));
        var workers = services.Where(s => s.Value.Build is not null && !IsCoordinator(s.Key)).ToList();
        Assert.Equal(coordinator.Topology.Workers, workers.Count);
        Assert.All(workers, w =>
        {
            var worker = WorkerOptions.From(SettingsOf(w.Key));
            Assert.Equal(profile.StartsWith("gpu", StringComparison.Ordinal) ? "cuda" : "cpu", worker.Device);
            Assert.Equal(worker.Device == "cuda", w.Value.Deploy is not null);
            Assert.Equal((worker.WorkerId, w.Key), (worker.AdvertisedHost, NameOf(services, worker.AdvertisedHost ?? "")));
            Assert.Equal(coordinator.Endpoints.Grpc.Port, worker.Coordinator.Port);
            Assert.True(IsCoordinator(NameOf(services, worker.Coordinator.Host)));
            Assert.Equal(coordinator.RunDirectory, worker.RunDirectory);
            Assert.Equal("1gb", w.Value.ShmSize);
        });
    }

    [Theory]
    [MemberData(nameof(OurServices))]
    public void Service_StopGracePeriod_LeavesTimeToStopAndSave(string name)
    {
        double seconds = double.Parse(Compose.Services[name].StopGracePeriod?.TrimEnd('s') ?? "0", CultureInfo.InvariantCulture);
        Assert.InRange(seconds, CoordinatorOf("coordinator").Grace.TotalSeconds + Farewell, 120);
    }

    [Fact]
    public void Prometheus_Targets_AreTheServicesAtTheirMetricsPorts()
    {
        string[] targets = [.. PrometheusConfig.Read().Targets];
        string[] Expected(IEnumerable<string> services) =>
            [
                .. services
                    .Where(s => Compose.Services[s].Build is not null)
                    .Select(s => $"{Alias(s)}:{EndpointsOf(s).Http.Port}")
                    .Distinct(),
            ];
        Assert.Subset(Expected(Compose.Services.Keys).ToHashSet(), targets.ToHashSet());
        Assert.Subset(targets.ToHashSet(), Expected(Compose.Of("cpu").Keys).ToHashSet());
    }

    [Fact]
    public void Mounts_OfFolders_AreWhereTheProgramsLook()
    {
        Assert.Contains("./prometheus:/etc/prometheus:ro", Compose.Services["prometheus"].Volumes);
        Assert.Contains("./grafana/provisioning:/etc/grafana/provisioning:ro", Compose.Services["grafana"].Volumes);
        Assert.Contains("./grafana/dashboards:/var/lib/grafana/dashboards:ro", Compose.Services["grafana"].Volumes);
        Assert.True(File.Exists(Checkout.PathOf("deploy/prometheus/prometheus.yml")));
    }

    [Fact]
    public void Volumes_EveryNamedOne_IsDeclared() =>
        Assert.All(
            Compose
                .Services.Values.SelectMany(s => s.Volumes)
                .Select(v => ComposeFile.Fill(v, User).Split(':')[0])
                .Where(v => !v.StartsWith('.')),
            volume => Assert.Contains(volume, Compose.Volumes.Keys)
        );

    [Fact]
    public void Ports_PublishedOnes_AreOnLoopbackOnly() =>
        Assert.All(Compose.Services.Values.SelectMany(s => s.Ports), port =>
            Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal)
        );

    [Fact]
    public void Tls_File_GivesEveryServiceItsCertificate()
    {
        var tls = ComposeFile.Read("docker-compose.tls.yml");
        Assert.Equal(OurServices.Select(row => row.Data).Order(StringComparer.Ordinal), tls.Services.Keys.Order(StringComparer.Ordinal));
        Assert.All(tls.Services.Values, service =>
            Assert.All(service.Environment.Where(v => v.Key.StartsWith("ALEXNET_TLS_", StringComparison.Ordinal)), variable =>
                Assert.Contains(service.Volumes, mount =>
                    mount.EndsWith($":{Path.GetDirectoryName(variable.Value)}:ro", StringComparison.Ordinal)
                )
            )
        );
        Assert.SkipUnless(KnownVariables.OfWorker.Contains("ALEXNET_TLS_CERT"), "the programs have no mTLS yet.");
        Assert.All(tls.Services, service =>
            Assert.Subset(
                (IsCoordinator(service.Key) ? KnownVariables.OfCoordinator : KnownVariables.OfWorker).ToHashSet(),
                service.Value.Environment.Keys.ToHashSet()
            )
        );
    }

    private static bool IsCoordinator(string service) => service.StartsWith("coordinator", StringComparison.Ordinal);

    /// <summary>The name under which other services reach one.</summary>
    private static string Alias(string service) =>
        Compose.Services[service].Networks.TryGetValue("default", out var network) ? Assert.Single(network["aliases"]) : service;

    /// <summary>The service that a name leads to.</summary>
    private static string NameOf(Dictionary<string, ComposeService> services, string alias) =>
        Assert.Single(services.Keys, s => s == alias || Alias(s) == alias);

    private static CoordinatorOptions CoordinatorOf(string service) => CoordinatorOptions.From(SettingsOf(service), Recipe.Reader);

    private static ServiceEndpoints EndpointsOf(string service) =>
        IsCoordinator(service) ? CoordinatorOf(service).Endpoints : WorkerOptions.From(SettingsOf(service)).Endpoints;

    /// <summary>The image's variables and the service's, as arguments, because the program refuses one that it does not know.</summary>
    private static Settings SettingsOf(string service)
    {
        var variables = Dockerfile.EnvironmentOf(Compose.Services[service].Build?.Target ?? "").ToDictionary();
        foreach (var (name, value) in Compose.Services[service].Filled(User))
            variables[name] = value;
        return KnownVariables.AsArguments(variables);
    }
}
