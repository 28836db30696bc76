// How long a coordinator takes to answer while a checkpoint of 2 GB is written, hashed, published and restored from:
//   dotnet run -c Release --project benchmarks/coordinator -- PROGRAMS
// PROGRAMS is the folder with AlexNet.Coordinator and AlexNet.Worker. A join that the run's loop refuses and a look at
// the status page are timed again and again; a worker's sign of life is answered by nobody, and takes the same way as the join.
using AlexNet.CoordinatorBenchmark;

string programs = args is [var folder] ? folder : throw new ArgumentException("give the folder of the programs.");
using var directory = new TemporaryDirectory();
await using var run = await LargeRun.StartAsync(programs, directory.Path);

await run.StepAsync(1);
using var probes = new Probes(run.Grpc, run.Http, LargeRun.Token);
probes.Enter("training");
await run.StepAsync(LargeRun.StepsBetweenSaves);
probes.Enter("writing, hashing and publishing 2 GB");
await run.SavedAsync();
probes.Enter("losing both workers, hashing and restoring 2 GB");
await run.ReplaceWorkersAsync();
probes.Enter("training again");
await run.StepAsync(LargeRun.StepsBetweenSaves + 2);
await probes.StopAsync();

Console.WriteLine($"checkpoint: {run.CheckpointBytes / 1e9:0.00} GB");
Console.WriteLine("| while | question | answers | median ms | 99% ms | longest ms |");
Console.WriteLine("|---|---|---|---|---|---|");
foreach (string line in probes.Table())
    Console.WriteLine(line);
