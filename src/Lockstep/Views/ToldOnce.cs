using Lockstep.Core.Status;

namespace Lockstep.Views;

/// <summary>A loss is the reason of several changes; this tells which sentences have been told since the last generation began.</summary>
internal sealed class ToldOnce
{
    private readonly HashSet<string> _told = [];

    /// <summary>Whether the sentence has not been told yet; then it counts as told.</summary>
    public bool IsNews(string sentence) => _told.Add(WorkerDiagnosis.Sentence(sentence));

    /// <summary>A new generation begins: what is told again is news.</summary>
    public void Forget() => _told.Clear();
}
