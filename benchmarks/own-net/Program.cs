using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Lockstep.Native;
using OwnNetBenchmark;
using static TorchSharp.torch;

// The peer: the net of an example in a loop as TorchSharp's own examples have it, with our allocator settings and the cure of
// convolutions. Arguments: net, data, batch, threads, steps that are not counted, counted steps. Prints samples per second.
AllocatorSettings.RestartUnlessActive();
TorchSharpCures.Apply();
var (net, data) = (args[0], args[1]);
int batch = Number(2),
    warmUp = Number(4),
    steps = Number(5);
set_num_threads(Number(3));
manual_seed(1);
using var loop = PlainLoop.Of(net, data);
long begin = 0;
for (int step = 0; step < warmUp + steps; step++)
{
    if (step == warmUp)
        begin = Stopwatch.GetTimestamp();
    loop.Step(batch);
}

double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
using var self = Process.GetCurrentProcess();
Console.WriteLine(
    JsonSerializer.Serialize(
        new
        {
            samples_per_second = batch * steps / seconds,
            loss = loop.Loss,
            peak_mb = self.PeakWorkingSet64 / 1e6,
        }
    )
);

int Number(int index) => int.Parse(args[index], CultureInfo.InvariantCulture);
