using System.Threading.Channels;
using Lockstep.Coordinator.Recording;
using Lockstep.Hosting.Ending;

namespace Lockstep.Coordinator.Run;

/// <summary>
/// The run's loop: one channel, one consumer. A turn takes an input to the <see cref="RunDirector"/>, which decides, and does what it has
/// decided on (<see cref="RunEffects"/>). Nothing else changes the run's state, so nothing is locked, and no input waits on a checkpoint.
/// </summary>
internal sealed class RunLoop : IOrderlyEnd, IAsyncDisposable
{
    private readonly Channel<Waiting> _inputs = Channel.CreateUnbounded<Waiting>(new UnboundedChannelOptions { SingleReader = true });
    private readonly RunDirector _director;
    private readonly RunEffects _effects;
    private readonly StatusTimeline _timeline;
    private readonly GoodputRecorder _goodput;
    private readonly TimeProvider _time;
    private readonly Task _consumer;
    private volatile RunFace _face;

    /// <param name="options">The coordinator's settings.</param>
    /// <param name="past">What was found on disk.</param>
    /// <param name="effects">Does what is decided.</param>
    /// <param name="timeline">The timeline of the event stream.</param>
    /// <param name="goodput">The account of the run's time.</param>
    /// <param name="time">The clock that deadlines are measured on.</param>
    /// <exception cref="IOException">The ledger cannot be written.</exception>
    public RunLoop(
        CoordinatorOptions options,
        RunPast past,
        RunEffects effects,
        StatusTimeline timeline,
        GoodputRecorder goodput,
        TimeProvider time
    )
    {
        (_effects, _timeline, _goodput, _time) = (effects, timeline, goodput, time);
        _director = new RunDirector(options, past);
        var first = _director.Begin(time.GetUtcNow());
        _face = RunFace.Of(_director.Run);
        foreach (var effect in first)
            Do(effect);
        _consumer = Task.Run(ConsumeAsync);
    }

    /// <summary>What the process ends with.</summary>
    public int ExitCode => _face.ExitCode;

    /// <summary>The generation in force, 0 before the first, and the secret that its members share.</summary>
    public (long Number, string PeerToken) Generation => (_face.Generation, _face.PeerToken);

    /// <summary>Takes an input; the task ends with the answer, once all that was decided at once is done.</summary>
    public Task<TAnswer> AskAsync<TAnswer>(RunInput<TAnswer> input)
    {
        var answered = new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        Put(new Waiting(input, found => answered.TrySetResult(input.AnswerOf(found)), e => answered.TrySetException(e)));
        return answered.Task;
    }

    /// <summary>How the run stands, for its status.</summary>
    public Task<RunSight> LookAsync() => AskAsync(new Looked());

    /// <inheritdoc/>
    public bool TryEndInOrder()
    {
        try
        {
            return AskAsync(new DrainWanted()).GetAwaiter().GetResult(); // a signal's thread, which may wait
        }
        catch (OperationCanceledException)
        {
            return false; // the run is over, and the loop has ended
        }
    }

    public async ValueTask DisposeAsync()
    {
        _inputs.Writer.TryComplete();
        await _consumer.ConfigureAwait(false);
    }

    private void Put(Waiting waiting)
    {
        if (!_inputs.Writer.TryWrite(waiting))
            waiting.Fail(new OperationCanceledException("The coordinator is ending."));
    }

    private void PutBack(RunInput input) => Put(new Waiting(input, _ => { }, _ => { }));

    private async Task ConsumeAsync()
    {
        await foreach (var waiting in _inputs.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                waiting.Answer(waiting.Input is Looked ? Look() : Turn(waiting.Input));
            }
            catch (Exception e)
            {
                waiting.Fail(e);
            }
        }
    }

    /// <summary>One turn; an error in it, at the coordinator's files for example, ends the run.</summary>
    private object? Turn(RunInput input)
    {
        RunTurn? turn = null;
        try
        {
            turn = _director.Take(input, _time.GetUtcNow());
            _face = RunFace.Of(_director.Run);
            foreach (var effect in turn.Effects)
                Do(effect);
        }
        catch (Exception e)
        {
            Break(e);
        }
        return turn?.Answer;
    }

    /// <summary>The run ends; as much of that is done as can be.</summary>
    private void Break(Exception error)
    {
        var turn = _director.Take(new Broken(error), _time.GetUtcNow());
        _face = RunFace.Of(_director.Run);
        foreach (var effect in turn.Effects)
        {
            try
            {
                Do(effect);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
            {
                // the first error is the one that is told
            }
        }
    }

    private RunSight Look() =>
        _director.Look(_time.GetUtcNow(), TimeProvider.System.GetUtcNow(), _timeline.Now()) with
        {
            Goodput = _goodput.Now,
        };

    private void Do(Turns.RunEffect effect) => _effects.Do(effect, _director.Run.RunId, PutBack);

    /// <summary>An input and whoever waits for its answer.</summary>
    private sealed record Waiting(RunInput Input, Action<object?> Answer, Action<Exception> Fail);

    /// <summary>What others read of the run at any moment: immutable, and replaced after each decision.</summary>
    private sealed record RunFace(long Generation, string PeerToken, int ExitCode)
    {
        public static RunFace Of(RunStanding run) => new(run.Plan?.Generation ?? 0, run.PeerToken, run.ExitCode);
    }
}
