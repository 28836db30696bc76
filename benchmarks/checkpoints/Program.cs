using System.Diagnostics;
using System.Globalization;
using AlexNet.Recipes;
using Lockstep.Core.Numerics;
using Lockstep.Native;
using Lockstep.Storage.Checkpoints;
using TorchSharp;

// arguments: recipe, directory for checkpoints, batch, threads, saves
var (recipe, batch, saves) = (Recipe.Reader.Read(File.ReadAllText(args[0]), args[0]), Number(2), Number(4));
NativeLibraries.Load();
torch.set_num_threads(Number(3));
using var training = new Training(recipe, batch);
var target = new CheckpointDirectory(Path.Combine(args[1], "benchmark"));
var figures = new Dictionary<string, List<double>>();

training.Step();
for (int save = 0; save < saves; save++) // taking turns, so that what else the machine does hits all alike
{
    for (int i = 0; i < 3; i++)
        Add("step without a save", training.Step().Step);
    await SaveUnderTrainingAsync();
    await Task.Delay(1000); // libtorch's threads spin for a while
    await SaveAloneAsync();
}
Console.WriteLine("| ms | median | least | most |\n|---|---|---|---|");
foreach (var (what, values) in figures)
{
    Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"| {what} | {MedianOf(what):0.0} | {values.Min():0.0} | {values.Max():0.0} |")
    );
}

async Task SaveUnderTrainingAsync()
{
    var saved = training.Copy.Begin(target) ?? throw new InvalidOperationException("a save is still being written.");
    double lost = 0;
    do
    {
        var (step, blocked) = training.Step();
        Add("step during a save", step);
        Add("blocked until copied, in such a step", blocked);
        lost += step.TotalMilliseconds - MedianOf("step without a save");
    } while (!saved.IsCompleted);
    await saved;
    Add("step time lost to one save", TimeSpan.FromMilliseconds(lost));
}

async Task SaveAloneAsync()
{
    var (start, processor) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime);
    var saved = training.Copy.Begin(target) ?? throw new InvalidOperationException("a save is still being written.");
    training.Copy.WaitUntilCopied();
    Add("copy, nothing else running here", Stopwatch.GetElapsedTime(start));
    await saved;
    Add("copy, write, hash and flush, nothing else running here", Stopwatch.GetElapsedTime(start));
    Add("processor time of one save", Process.GetCurrentProcess().TotalProcessorTime - processor);
}

void Add(string what, TimeSpan time)
{
    figures.TryAdd(what, []);
    figures[what].Add(time.TotalMilliseconds);
}

double MedianOf(string what) => Median.Of(figures[what]);

int Number(int index) => int.Parse(args[index], CultureInfo.InvariantCulture);
