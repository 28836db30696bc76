using AlexNet.Recipes;
using Lockstep.Core.Errors;
using Lockstep.Worker.Applications;

namespace AlexNet.Training;

/// <summary>Nets of convolutions and fully connected layers, on pictures.</summary>
public sealed class AlexNetApplication : IApplication
{
    public IWorkload Read(string recipe, string source, string? data)
    {
        var read = Recipe.Reader.Read(recipe, source, data is null ? [] : [new("data.path", data)]);
        if (data is not null && read.IdleSettings(["data.path"]).FirstOrDefault() is { } idle)
            throw new BadInputException($"setting 'data': {idle.Message}");
        return new PictureWorkload(read);
    }
}
