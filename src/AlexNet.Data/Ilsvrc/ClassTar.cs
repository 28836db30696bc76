using AlexNet.Data.Archives;
using AlexNet.Data.Images.Formats;
using AlexNet.Data.Listing;
using Lockstep.Core.Errors;

namespace AlexNet.Data.Ilsvrc;

/// <summary>The tar of one synset's training pictures.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Path">The tar file, or the tar file in which it lies.</param>
/// <param name="Inner">Its place there; null for a file by itself.</param>
internal sealed record ClassTar(string Name, string Path, TarMember? Inner = null)
{
    /// <summary>Its pictures in the order of their names; none where something is wrong.</summary>
    /// <param name="label">Their class.</param>
    /// <param name="errors">Takes what is wrong; several threads may share it.</param>
    public List<LabelledFile> Pictures(int label, ICollection<string> errors)
    {
        try
        {
            var members = Inner is { } inner ? TarIndex.Of(Path, inner) : TarIndex.Of(Path);
            if (members.Find(m => !ImageNames.IsImage(m.FileName)) is { Name: not null and var stranger })
            {
                throw new BadInputException(
                    $"'{Path}' has '{Name}/{stranger}', whose name is not that of a {ImageFormats.Known} file; a synset's tar holds "
                        + "nothing else."
                );
            }

            string folder = Inner is null ? "" : Name;
            return
            [
                .. members
                    .Select(m => new LabelledFile(Path, System.IO.Path.Combine(folder, m.FileName), label, m.Bytes, m.Offset))
                    .OrderBy(f => f.Name, StringComparer.Ordinal),
            ];
        }
        catch (BadInputException e)
        {
            lock (errors)
                errors.Add(e.Message);
            return [];
        }
    }
}
