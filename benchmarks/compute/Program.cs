using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Lockstep.Core.Numerics;
using Lockstep.Native;
using TorchSharp;

// The peer: the grouped 2012 net out of TorchSharp's own modules, trained as its examples do. Arguments: batch, threads, counted steps.
NativeLibraries.Load();
int batch = Number(0),
    threads = Number(1),
    steps = Number(2);
const int warmUp = 3;
torch.set_num_threads(threads);
using var net = StockNet.Create();
using var optimizer = torch.optim.SGD(net.parameters(), 0.01, momentum: 0.9, weight_decay: 0.0005);
using var loss = torch.nn.CrossEntropyLoss();
using var images = torch.randn(batch, 3, 224, 224);
using var labels = torch.randint(1000, [batch], dtype: torch.int64);

var seconds = new List<double>();
for (int step = 0; step < warmUp + steps; step++)
{
    using var scope = torch.NewDisposeScope();
    long start = Stopwatch.GetTimestamp();
    optimizer.zero_grad();
    var output = loss.call(net.call(images), labels);
    output.backward();
    optimizer.step();
    if (step >= warmUp)
        seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
}
double median = Median.Of(seconds);
Console.WriteLine(JsonSerializer.Serialize(new { images_per_second = batch / median, step_ms = 1000 * median }));

int Number(int index) => int.Parse(args[index], CultureInfo.InvariantCulture);
