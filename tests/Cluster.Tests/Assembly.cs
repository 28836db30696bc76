// every test here starts several processes that use all cores
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(Cluster.Tests.Recovery.UndisturbedRuns))]
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")] // network namespaces, file modes, Slurm
