namespace Deployment.Tests.Kubernetes;

/// <summary>The reading of manifests finds the mistakes that a cluster would find.</summary>
public sealed class ManifestsTests
{
    private const string Job = """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: alexnet-worker
        spec:
          completions: 2
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: worker
                  image: alexnet-worker
        """;

    [Fact]
    public void Parse_Job_IsTyped() => Assert.Equal(2, Manifests.Parse(Job).Worker.Spec.Completions);

    [Theory]
    [InlineData("completions: 2", "complitions: 2")]
    [InlineData("completions: 2", "completions: many")]
    [InlineData("restartPolicy: Never", "restartPolicies: Never")]
    [InlineData("kind: Job", "kind: Jobs")]
    public void Parse_AFieldOrKindThatIsUnknown_IsAnError(string right, string wrong) =>
        Assert.ThrowsAny<Exception>(() => Manifests.Parse(Job.Replace(right, wrong, StringComparison.Ordinal)).Worker);

    [Fact]
    public void Parse_AFieldOfAJobSetThatIsUnknown_IsAnError() =>
        Assert.ThrowsAny<Exception>(() =>
            Manifests.Parse("apiVersion: jobset.x-k8s.io/v1alpha2\nkind: JobSet\nmetadata:\n  name: x\nspec:\n  failurePolicies: {}\n")
        );
}
