[assembly: Cluster.Tests.SideBySide]
[assembly: AssemblyFixture(typeof(Cluster.Tests.FinishedRuns))]
[assembly: AssemblyFixture(typeof(Cluster.Tests.Recovery.UndisturbedRuns))]
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")] // network namespaces, file modes, Slurm
