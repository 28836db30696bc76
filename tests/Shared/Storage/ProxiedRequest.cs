namespace AlexNet.Testing.Storage;

/// <summary>A request that comes to the proxy.</summary>
/// <param name="Number">Counts them, from 1.</param>
/// <param name="Method">GET, HEAD, PUT, POST or DELETE.</param>
/// <param name="Target">Path and query, such as <c>/trainings/run/recipe.json?partNumber=1</c>.</param>
internal sealed record ProxiedRequest(int Number, string Method, string Target)
{
    /// <summary>Whether it asks for an object's content.</summary>
    public bool IsDownload => Method == "GET" && !Target.Contains("list-type", StringComparison.Ordinal);

    /// <summary>Whether it brings an object's content.</summary>
    public bool IsUpload => Method == "PUT";

    public bool Has(string text) => Target.Contains(text, StringComparison.Ordinal);
}
