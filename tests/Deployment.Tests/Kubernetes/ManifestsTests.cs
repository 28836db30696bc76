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
    [InlineData("completions: 2", "complitions: 2", "V1Job.spec.complitions is unknown")]
    [InlineData("completions: 2", "completions: many", "V1Job.spec.completions is 'many'")]
    [InlineData("completions: 2", "completions: \"2\"", "V1Job.spec.completions is '2'; it must be a whole number")]
    [InlineData("restartPolicy: Never", "restartPolicies: Never", "V1Job.spec.template.spec.restartPolicies is unknown")]
    [InlineData("restartPolicy: Never", "restartPolicy: Always", "V1Job.spec.template.spec.restartPolicy is 'Always'")]
    [InlineData("restartPolicy: Never", "restartPolicy: [Never]", "V1Job.spec.template.spec.restartPolicy is")]
    [InlineData("kind: Job", "kind: Jobs", "batch/v1/Jobs is no kind")]
    [InlineData("name: alexnet-worker", "labels: {}", "batch/v1/Job has no name")]
    [InlineData("image: alexnet-worker", "image: 1.5", "V1Job.spec.template.spec.containers[0].image is '1.5'; it must be a text")]
    [InlineData("image: alexnet-worker", "stdin: true", "V1Job.spec.template.spec.containers[0].image is missing")]
    [InlineData("image: alexnet-worker", "image: a\n          ports: [{name: x}]", "ports[0].containerPort is missing")]
    [InlineData("image: alexnet-worker", "image: a\n          ports: {name: x}", "containers[0].ports is no list")]
    [InlineData("image: alexnet-worker", "image: a\n          env: [{name: A, value: 1}]", "env[0].value is '1'; it must be a text")]
    [InlineData("image: alexnet-worker", "image: a\n          resources: {limits: {cpu: 1 core}}", "limits[cpu] is '1 core'")]
    public void Parse_WhatAServerWouldRefuse_IsAnErrorThatNamesThePlace(string right, string wrong, string problem)
    {
        string yaml = Job.Replace(right, wrong, StringComparison.Ordinal);
        Assert.Contains(problem, Assert.Throws<FormatException>(() => Manifests.Parse(yaml)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_AFieldOfAJobSetThatIsUnknown_IsAnError() =>
        Assert.Throws<FormatException>(() =>
            Manifests.Parse("apiVersion: jobset.x-k8s.io/v1alpha2\nkind: JobSet\nmetadata:\n  name: x\nspec:\n  failurePolicies: {}\n")
        );
}
