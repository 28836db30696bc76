using Lockstep.Core.Errors;

namespace Lockstep.Worker.Applications;

/// <summary>What a worker program brings to the library: it understands its recipes.</summary>
public interface IApplication
{
    /// <summary>Reads the recipe of a run.</summary>
    /// <param name="recipe">As JSON, checked by the coordinator.</param>
    /// <param name="source">Where it came from, for messages.</param>
    /// <param name="data">Where this machine keeps the data; null for where the recipe says.</param>
    /// <exception cref="BadInputException">It is no recipe of this application, or needs no such data.</exception>
    IWorkload Read(string recipe, string source, string? data);
}
