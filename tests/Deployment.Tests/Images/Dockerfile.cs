using AlexNet.Testing;

namespace Deployment.Tests.Images;

/// <summary>As much of the repository's Dockerfile as the tests look at: stages and their instructions.</summary>
internal sealed class Dockerfile
{
    private readonly Dictionary<string, DockerStage> _stages;

    private Dockerfile(IEnumerable<DockerStage> stages) => _stages = stages.ToDictionary(s => s.Name);

    public IEnumerable<DockerStage> Stages => _stages.Values;

    public DockerStage this[string stage] => _stages[stage];

    public static Dockerfile Read()
    {
        var stages = new List<DockerStage>();
        var arguments = new Dictionary<string, string>(); // those before the first stage, which name images
        string open = "";
        foreach (string line in File.ReadAllLines(Checkout.PathOf("Dockerfile")).Where(l => !l.StartsWith('#') && l.Length > 0))
        {
            open += line.TrimEnd('\\').Trim() + " ";
            if (line.EndsWith('\\'))
                continue;
            var (keyword, text) = (open.Split(' ')[0], open[(open.IndexOf(' ') + 1)..].Trim());
            if (keyword == "FROM" && text.Split(" AS ") is [var image, var name])
            {
                stages.Add(
                    new DockerStage(
                        name,
                        arguments.Aggregate(image, (i, a) => i.Replace($"${{{a.Key}}}", a.Value, StringComparison.Ordinal)),
                        []
                    )
                );
            }
            else if (keyword == "ARG" && stages.Count == 0)
            {
                arguments.Add(text.Split('=')[0], text.Split('=')[1]);
            }
            else
            {
                stages[^1].Instructions.Add((keyword, text));
            }

            open = "";
        }
        return new Dockerfile(stages);
    }

    /// <summary>A stage's own variables and those of the stages that it stands on.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentOf(string stage)
    {
        var environment = new Dictionary<string, string>();
        foreach (
            string assignment in Lineage(stage)
                .Reverse()
                .SelectMany(s => s.All("ENV"))
                .SelectMany(text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        )
        {
            int equals = assignment.IndexOf('=');
            environment[assignment[..equals]] = assignment[(equals + 1)..].Trim('"');
        }
        return environment;
    }

    /// <summary>What a stage has of one keyword, those that it stands on included.</summary>
    public IEnumerable<string> All(string stage, string keyword) => Lineage(stage).Reverse().SelectMany(s => s.All(keyword));

    /// <summary>The image from elsewhere that a stage stands on in the end.</summary>
    public string BaseOf(string stage) => Lineage(stage).Last().Image;

    private IEnumerable<DockerStage> Lineage(string name)
    {
        for (var stage = _stages.GetValueOrDefault(name); stage is not null; stage = _stages.GetValueOrDefault(stage.Image))
            yield return stage;
    }
}
