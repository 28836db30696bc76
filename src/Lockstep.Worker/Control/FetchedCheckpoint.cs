using Lockstep.Core.Plans;
using Lockstep.Hosting.Security;
using Lockstep.Storage.Checkpoints;
using Lockstep.Worker.Options;

namespace Lockstep.Worker.Control;

/// <summary>
/// The checkpoint that a generation starts from, where this worker can read it: in the shared run directory, or fetched and deleted after
/// use.
/// </summary>
internal sealed class FetchedCheckpoint : IDisposable
{
    private readonly bool _isOwn;

    private FetchedCheckpoint(string? directory, bool isOwn) => (Directory, _isOwn) = (directory, isOwn);

    /// <summary>Null where the generation starts from no checkpoint.</summary>
    public string? Directory { get; }

    /// <exception cref="Core.Errors.BadInputException">The coordinator does not have it.</exception>
    public static async Task<FetchedCheckpoint> GetAsync(
        Plan plan,
        WorkerOptions options,
        ControlAccess access,
        CancellationToken cancellation
    )
    {
        if (plan.Checkpoint is null)
            return new FetchedCheckpoint(null, isOwn: false);
        if (options.RunDirectory is { } shared) // which may be mounted elsewhere than at the coordinator
            return new FetchedCheckpoint(CheckpointFiles.Directory(shared, plan.StartStep), isOwn: false);
        var fetched = new FetchedCheckpoint(System.IO.Directory.CreateTempSubdirectory("alexnet-").FullName, isOwn: true);
        await CoordinatorStore.FetchAsync(options.Coordinator, access, plan.StartStep, fetched.Directory ?? "", cancellation);
        return fetched;
    }

    public void Dispose()
    {
        if (_isOwn && Directory is { } own)
            System.IO.Directory.Delete(own, recursive: true);
    }
}
