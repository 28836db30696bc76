using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Lockstep.Hosting.Security;
using Lockstep.Protocol.V1;

namespace AlexNet.CoordinatorBenchmark;

/// <summary>Asks a coordinator the same things again and again, and notes how long each answer took and what went on meanwhile.</summary>
internal sealed class Probes : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<(string While, string Question, double Milliseconds)> _answers = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly GrpcChannel _channel;
    private readonly HttpClient _http;
    private readonly string _token;
    private readonly Task _asking;
    private string _version = "";
    private volatile string _while = "starting";

    public Probes(Uri grpc, Uri http, string token)
    {
        _token = token;
        _channel = ControlChannel.To(grpc, new ControlAccess(token));
        _http = new HttpClient { BaseAddress = http, Timeout = TimeSpan.FromMinutes(5) };
        _asking = AskAsync();
    }

    /// <summary>Says what goes on from now.</summary>
    public void Enter(string phase) => _while = phase;

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _asking;
    }

    public IEnumerable<string> Table() =>
        from answer in _answers
        group answer.Milliseconds by (answer.While, answer.Question) into group_
        let times = group_.Order().ToList()
        select string.Create(
            CultureInfo.InvariantCulture,
            $"| {group_.Key.While} | {group_.Key.Question} | {times.Count} | {times[times.Count / 2]:0.0} "
                + $"| {times[times.Count * 99 / 100]:0.0} | {times[^1]:0.0} |"
        );

    public void Dispose()
    {
        _stop.Dispose();
        _channel.Dispose();
        _http.Dispose();
    }

    private async Task AskAsync()
    {
        string status = await _http.GetStringAsync("api/status");
        _version = JsonElement.Parse(status).GetProperty("version").GetString() ?? "";
        await Task.WhenAll(AskAsync("join", JoinAsync), AskAsync("status page", () => _http.GetStringAsync("")));
    }

    private async Task AskAsync(string question, Func<Task> ask)
    {
        while (!_stop.IsCancellationRequested)
        {
            string began = _while;
            long start = Stopwatch.GetTimestamp();
            await ask();
            _answers.Enqueue((began, question, Stopwatch.GetElapsedTime(start).TotalMilliseconds));
            await Task.Delay(Pause);
        }
    }

    /// <summary>A join of a worker with other threads than the run's: the loop refuses it, since it would make other sums.</summary>
    private async Task JoinAsync()
    {
        using var call = new Coordinator.CoordinatorClient(_channel).Work();
        var join = new Join
        {
            Version = _version,
            WorkerId = "probe",
            Host = "here",
            PeerAddress = "http://127.0.0.1:1",
            Threads = 99,
        };
        var answer = JoinProof.Answer(join, await call.ResponseHeadersAsync, _token, "");
        await call.RequestStream.WriteAsync(new WorkerMessage { Join = answer });
        await call.RequestStream.CompleteAsync(); // a stream that is broken off counts against its caller
        try
        {
            await call.ResponseStream.MoveNext();
            throw new InvalidOperationException("the coordinator let the probe join.");
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.FailedPrecondition)
        {
            // as it must
        }
    }
}
