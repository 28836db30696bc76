using Lockstep.Protocol.V1;

namespace Lockstep.Launching;

/// <summary>Shows a run to whoever started it.</summary>
internal interface IRunView
{
    /// <summary>The coordinator listens; its status page is there for as long as the run lasts.</summary>
    void Serving(string statusPage);

    /// <summary>Shows one event of the run's event stream.</summary>
    void Show(RunEvent entry);

    /// <summary>Something happened to the processes of the run that its event stream does not tell; a sentence.</summary>
    void Notice(string sentence);

    /// <summary>The run has ended, and these pictures of it were drawn; nothing follows.</summary>
    void Drawn(IReadOnlyList<string> files);

    /// <summary>The run has failed; nothing follows.</summary>
    void Failed(string message, int exitCode);
}

/// <summary>What <c>--output</c> says.</summary>
internal enum OutputKind
{
    Text,
    Json,
}
