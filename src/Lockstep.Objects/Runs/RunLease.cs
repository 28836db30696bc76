using System.Globalization;
using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Objects.Store;

namespace Lockstep.Objects.Runs;

/// <summary>
/// One coordinator leads a run in a bucket. It writes <c>lease.json</c> under a condition, and again while it lives; nobody takes a lease
/// that changes. No clocks are compared: whoever comes later looks at the lease for as long as it lasts. A coordinator that has lost its
/// lease notices at its next write, and ends.
/// </summary>
internal sealed class RunLease : IAsyncDisposable
{
    private const double StandardSeconds = 30;
    private const int RenewalsInALease = 3;

    private readonly ObjectStore _store;
    private readonly ObjectAddress _run;
    private readonly TimeSpan _duration;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _renewing;
    private LeaseText _text;
    private volatile string? _lostTo;

    private RunLease(ObjectStore store, ObjectAddress run, LeaseText text, string? previousOwner, TimeSpan duration)
    {
        (_store, _run, _text, PreviousOwner, _duration) = (store, run, text, previousOwner, duration);
        _renewing = Task.Run(RenewAsync);
    }

    /// <summary>Whoever led the run before; null where nobody did.</summary>
    public string? PreviousOwner { get; }

    /// <summary>Grows each time that a coordinator takes the lease.</summary>
    public long Term => _text.Term;

    /// <summary>Takes the lease, after waiting for the end of one that nobody renews.</summary>
    /// <param name="store">The bucket.</param>
    /// <param name="run">The run.</param>
    /// <param name="owner">The working directory's mark.</param>
    /// <param name="duration">How long a lease that does not change is looked at; null for the variable or 30 s.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="BadInputException">A coordinator that lives leads the run.</exception>
    public static async Task<RunLease> TakeAsync(
        ObjectStore store,
        ObjectAddress run,
        string owner,
        TimeSpan? duration = null,
        CancellationToken cancellation = default
    )
    {
        var lasts = duration ?? Duration();
        while (true)
        {
            var (found, before) = await ReadAsync(store, run, cancellation).ConfigureAwait(false);
            if (found is not null && before is { IsReleased: false } && before.Owner != owner)
            {
                await Task.Delay(lasts, cancellation).ConfigureAwait(false);
                var (later, now) = await ReadAsync(store, run, cancellation).ConfigureAwait(false);
                if (later?.Version != found.Version && now is { IsReleased: false })
                    throw Led(run, now);
                if (later?.Version != found.Version)
                    continue;
            }

            var text = new LeaseText(owner, (before?.Term ?? 0) + 1, 0, Environment.MachineName, Environment.ProcessId, IsReleased: false);
            var condition = found is null ? WriteCondition.IsNew : WriteCondition.IsStill(found);
            if (await store.TryWriteAsync(KeyOf(run), Bytes(text), condition, cancellation).ConfigureAwait(false))
                return new RunLease(store, run, text, before?.Owner, lasts);
        }
    }

    /// <summary>Who leads a run, or has led it last; null for nobody.</summary>
    public static async Task<string?> OwnerAsync(ObjectStore store, ObjectAddress run) =>
        (await ReadAsync(store, run, CancellationToken.None).ConfigureAwait(false)).Text?.Owner;

    /// <summary>Makes sure that this coordinator still leads the run.</summary>
    /// <exception cref="RunTakenOverException">It does not.</exception>
    public async Task RequireAsync(CancellationToken cancellation = default)
    {
        if (_lostTo is null && (await ReadAsync(_store, _run, cancellation).ConfigureAwait(false)).Text is var now && !IsOwn(now))
            _lostTo = Name(now);
        if (_lostTo is { } other)
        {
            throw new RunTakenOverException(
                $"run '{_run}' is led by another coordinator now ({other}); this one has lost its lease and writes nothing more there. One "
                    + "run needs one coordinator."
            );
        }
    }

    /// <summary>Lets it go, so that nobody need wait for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
        _ending.Dispose();
        if (_lostTo is null)
            await TryWriteAsync(_text with { IsReleased = true }).ConfigureAwait(false);
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(_duration / RenewalsInALease);
        try
        {
            while (_lostTo is null && await timer.WaitForNextTickAsync(_ending.Token).ConfigureAwait(false))
                await TryWriteAsync(_text with { Renewal = _text.Renewal + 1 }).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the coordinator ends
        }
    }

    /// <summary>A bucket that does not answer leaves the lease as it is; the next write tries again.</summary>
    private async Task TryWriteAsync(LeaseText next)
    {
        try
        {
            var (found, now) = await ReadAsync(_store, _run, CancellationToken.None).ConfigureAwait(false);
            if (found is null || !IsOwn(now))
                _lostTo = Name(now);
            else if (await _store.TryWriteAsync(KeyOf(_run), Bytes(next), WriteCondition.IsStill(found)).ConfigureAwait(false))
                _text = next;
        }
        catch (Exception e) when (e is ObjectStoreException or BadInputException)
        {
            // whoever publishes meets the same, and says so
        }
    }

    private static string Name(LeaseText? leader) =>
        leader is null ? "nobody: its lease was deleted" : $"process {leader.ProcessId} on {leader.Host}";

    private bool IsOwn(LeaseText? now) => now is not null && now.Owner == _text.Owner && now.Term == _text.Term;

    private static string KeyOf(ObjectAddress run) => run.KeyOf("lease.json");

    private static byte[] Bytes(LeaseText text) => JsonSerializer.SerializeToUtf8Bytes(text);

    private static async Task<(StoredObject? Found, LeaseText? Text)> ReadAsync(
        ObjectStore store,
        ObjectAddress run,
        CancellationToken cancellation
    )
    {
        try
        {
            return await store.ReadAsync(KeyOf(run), cancellation).ConfigureAwait(false) is var (found, content)
                ? (found, JsonSerializer.Deserialize<LeaseText>(content))
                : (null, null);
        }
        catch (JsonException e)
        {
            throw new BadInputException(
                $"'{run.Child("lease.json")}' is damaged ({e.Message}); delete it where no coordinator leads the run."
            );
        }
    }

    private static BadInputException Led(ObjectAddress run, LeaseText now) =>
        new(
            $"run '{run}' is in use: process {now.ProcessId} on {now.Host} leads it and has renewed its lease meanwhile; one run needs one "
                + "coordinator. Wait until that one ends, end it, or give this run an address of its own (--run-dir)."
        );

    private static TimeSpan Duration()
    {
        if (Environment.GetEnvironmentVariable(ObjectVariables.LeaseSeconds) is not { Length: > 0 } text)
            return TimeSpan.FromSeconds(StandardSeconds);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is > 0 and <= 3600
            ? TimeSpan.FromSeconds(value)
            : throw new BadInputException(
                $"variable {ObjectVariables.LeaseSeconds} is '{text}'; a number of seconds above 0, at most 3600, is required."
            );
    }
}
