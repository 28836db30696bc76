using Lockstep.Protocol.V1;

namespace Lockstep.Worker.Phasing;

/// <summary>Measures a step by phase: each lap books the time since the last one.</summary>
internal sealed class StepClock(TimeProvider time)
{
    private long _start,
        _last;
    private Phases _phases = new();

    /// <summary>A new step begins.</summary>
    public void Begin()
    {
        _start = _last = time.GetTimestamp();
        _phases = new Phases();
    }

    /// <summary>This worker's own data are there; the rest of loading is sharing them.</summary>
    public void Data()
    {
        double seconds = Lap();
        (_phases.Load, _phases.DataWait) = (_phases.Load + seconds, _phases.DataWait + seconds);
    }

    public void Load() => _phases.Load += Lap();

    /// <param name="exchange">The part of it that was spent waiting for other shards.</param>
    public void Forward(TimeSpan exchange) => _phases.Forward += Split(exchange);

    /// <param name="exchange">The part of it that was spent waiting for other shards.</param>
    public void Backward(TimeSpan exchange) => _phases.Backward += Split(exchange);

    public void Reduce() => _phases.Reduce += Lap();

    public void Vote() => _phases.Vote += Lap();

    /// <summary>What is saved is copied; the rest of the update is arithmetic.</summary>
    public void Saved()
    {
        double seconds = Lap();
        (_phases.Update, _phases.SaveWait) = (_phases.Update + seconds, _phases.SaveWait + seconds);
    }

    public void Update() => _phases.Update += Lap();

    /// <summary>Work of a phase that serves another worker's part of the net.</summary>
    public void Keep(Action work)
    {
        long begun = time.GetTimestamp();
        work();
        _phases.Keep += time.GetElapsedTime(begun).TotalSeconds;
    }

    /// <summary>The step is done: seconds of each phase.</summary>
    public Phases End()
    {
        _phases.Total = time.GetElapsedTime(_start).TotalSeconds;
        return _phases;
    }

    private double Split(TimeSpan exchange)
    {
        _phases.Exchange += exchange.TotalSeconds;
        return Lap() - exchange.TotalSeconds;
    }

    private double Lap()
    {
        long now = time.GetTimestamp();
        double seconds = time.GetElapsedTime(_last, now).TotalSeconds;
        _last = now;
        return seconds;
    }
}
