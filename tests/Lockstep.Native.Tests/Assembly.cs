[assembly: AssemblyFixture(typeof(AlexNet.Testing.Libtorch))]
