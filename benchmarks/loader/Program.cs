using System.Diagnostics;
using AlexNet.Data.Images;
using AlexNet.Data.Images.Decoding;
using AlexNet.Data.Samples;
using AlexNet.LoaderBenchmark;
using AlexNet.Net.Images;
using AlexNet.Recipes;
using Lockstep.Native;
using TorchSharp;

// AlexNet.LoaderBenchmark FOLDER auto|skia PASSES   prints the time of each pass over the folder as a JSON line
// AlexNet.LoaderBenchmark FOLDER auto|skia pixels   writes what evaluation sees of every file, in the order of names, to standard output
const int batch = 64;
string[] files = [.. Directory.GetFiles(args[0]).Order(StringComparer.Ordinal)];
var decoder = Enum.Parse<JpegDecoder>(args[1], ignoreCase: true);
var data = Photos.Recipe;
var (reader, shape) = (new ImageReader(data, seed: 1, decoder), new MapShape(data.Channels, data.Height, data.Width));

if (args[2] == "pixels")
{
    using var output = Console.OpenStandardOutput();
    byte[] pixels = new byte[shape.Elements];
    for (int i = 0; i < files.Length; i++)
    {
        reader.Read(files[i], SampleKey.Evaluation(i), pixels);
        output.Write(pixels);
    }
    return;
}

NativeLibraries.Load();
torch.set_num_threads(1);
var normaliser = new ImageBatch(data, torch.CPU);
byte[] buffer = GC.AllocateUninitializedArray<byte>(batch * shape.Elements, pinned: true); // the loader's batch
for (int epoch = 1; epoch <= 3; epoch++)
    Pass(epoch); // compiles
for (int epoch = 4; epoch < 4 + int.Parse(args[2]); epoch++)
{
    var (start, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
    Pass(epoch);
    var (seconds, cpu) = (Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    string system = reader.UsesTurboJpeg ? "ours, libjpeg-turbo" : "ours, SkiaSharp";
    Console.WriteLine(
        FormattableString.Invariant(
            $"{{\"system\": \"{system}\", \"images\": {files.Length}, \"seconds\": {seconds:0.000000}, \"cpu\": {cpu:0.000000}}}"
        )
    );
}

// as a worker does it: batches of bytes, then the tensor and its normalisation
void Pass(int epoch)
{
    for (int first = 0; first < files.Length; first += batch)
    {
        using var scope = torch.NewDisposeScope();
        int count = Math.Min(batch, files.Length - first);
        for (int i = 0; i < count; i++)
            reader.Read(files[first + i], new(first + i, epoch), buffer.AsSpan(i * shape.Elements, shape.Elements));
        var bytes = ImageBatch.Bytes(count, shape);
        buffer.AsSpan(0, count * shape.Elements).CopyTo(bytes.bytes);
        normaliser.Normalise(bytes);
    }
}
