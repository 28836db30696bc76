using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Lockstep.Core.Topology;
using Lockstep.Protocol.V1;

namespace Lockstep.Worker.Phasing;

/// <summary>
/// Spans of a step and its phases, for one of so many steps. All workers choose the same steps and give a step the same trace, without a
/// word between them: its number is made of run, generation and step. So a collector shows side by side what each of them did in it.
/// </summary>
/// <param name="every">One of so many steps is traced; 0 for none.</param>
/// <param name="runId">The run.</param>
/// <param name="generation">A step that is made again in another generation is another trace.</param>
/// <param name="slot">This worker's.</param>
internal sealed class StepTrace(int every, string runId, long generation, Slot slot) : IDisposable
{
    /// <summary>Names the spans of this class.</summary>
    public const string SpanSource = "Lockstep.Worker";

    private static readonly ActivitySource Spans = new(SpanSource);

    private Activity? _step,
        _phase;

    /// <param name="step">Counted from 0.</param>
    public void Begin(long step)
    {
        if (every == 0 || step % every != 0)
            return;
        _step = Spans.StartActivity("step", ActivityKind.Internal, ParentOf(step));
        _step?.SetTag("lockstep.step", step + 1).SetTag("lockstep.generation", generation).SetTag("lockstep.slot", slot.ToString());
    }

    public void Enter(Phase phase)
    {
        _phase?.Dispose();
        _phase = _step is null ? null : Spans.StartActivity(phase.ToString().ToLowerInvariant());
    }

    /// <summary>The step is done.</summary>
    public void End()
    {
        _phase?.Dispose();
        _step?.Dispose();
        (_phase, _step) = (null, null);
    }

    /// <summary>The generation is over; a step that is not done has been broken off.</summary>
    public void Dispose()
    {
        _step?.SetStatus(ActivityStatusCode.Error, "the generation ended within this step");
        End();
    }

    private ActivityContext ParentOf(long step)
    {
        byte[] name = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{runId} {generation} {step}")));
        return new(
            ActivityTraceId.CreateFromBytes(name.AsSpan(0, 16)),
            ActivitySpanId.CreateFromBytes(name.AsSpan(16, 8)),
            ActivityTraceFlags.Recorded,
            isRemote: true
        );
    }
}
