namespace Deployment.Tests.Compose;

/// <summary>How docker-compose builds an image.</summary>
internal sealed class ComposeBuild
{
    public string Context { get; set; } = "";

    public string Target { get; set; } = "";

    public Dictionary<string, string> Args { get; set; } = [];
}
