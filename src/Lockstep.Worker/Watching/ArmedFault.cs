using System.Diagnostics;
using Lockstep.Protocol.V1;
using Lockstep.Transport.Mesh;
using Lockstep.Worker.Faults;
using Lockstep.Worker.State;

namespace Lockstep.Worker.Watching;

/// <summary>A fault in the slot that it is meant for, with what it strikes.</summary>
internal sealed class ArmedFault(Fault fault, ShardState state, PeerMesh mesh)
{
    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(2);

    /// <summary>Strikes if this is the time.</summary>
    /// <exception cref="IOException">That is what it does.</exception>
    public void At(long step, Phase phase)
    {
        if ((step, phase) != (fault.Step, fault.Phase))
            return;
        Console.Error.WriteLine($"Injected fault: {fault}");
        switch (fault.Kind)
        {
            case FaultKind.Kill:
                Process.GetCurrentProcess().Kill();
                break;
            case FaultKind.Hang:
                using (var never = new ManualResetEvent(false))
                    never.WaitOne();
                break;
            case FaultKind.Slow:
                Thread.Sleep(Slowness);
                break;
            case FaultKind.Drift:
                state.Drift();
                break;
            case FaultKind.Corrupt:
                mesh.CorruptNextMessage();
                break;
            case FaultKind.Fail:
                throw new IOException("No space left on device (injected)");
        }
    }
}
