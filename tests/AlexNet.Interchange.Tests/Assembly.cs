// the nets fill both the cores and the memory of a small machine
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(AlexNet.Testing.Libtorch))]
