[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // one engine, and one project of compose on it
[assembly: AssemblyFixture(typeof(Engine.Tests.Engines.DockerEngine))]
