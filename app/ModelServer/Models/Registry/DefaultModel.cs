using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Models.Registry;

/// <summary>The model that the server was started with: the exercises' routes name none.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What its model.json says; null for one of tensors.</param>
internal sealed record DefaultModel(string Name, ModelDescription? Description)
{
    /// <summary>The name that a folder's newest version gives itself in model.json; else what its address calls it; else the folder's name.</summary>
    /// <exception cref="ModelException">The folder holds no model, or its description is wrong.</exception>
    public static string NameOf(string folder, string? fetched)
    {
        var description = ModelFiles.In(folder)[^1].Description;
        return ModelName.From(description is not null ? ModelDescriptionFile.Read(description).Name : fetched ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)));
    }
}
